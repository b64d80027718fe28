import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { findInterpreter } from './find-interpreter.ts';
import { judgeInterpreter } from './judge-interpreter.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'interpreter '));
});
afterEach(() => rmSync(folder, { recursive: true }));

const machine = (path: string) => ({
  cache: join(folder, 'cache'),
  path,
  signal: new AbortController().signal,
});

function script(name: string, text: string): string {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
  return join(folder, name);
}

const at = { file: '/w/Dockerfile', start: 0, end: 4 };

test('node is found with its version, and asked only once', async () => {
  const node = { kind: 'runtime', family: 'node' } as const;
  const path = `relative:${join(folder, 'nothing')}:${dirname(process.execPath)}`;
  const found = await findInterpreter(node, machine(path));
  expect(found?.version).toBe(process.versions.node);
  expect(realpathSync(found?.program ?? '')).toBe(realpathSync(process.execPath));
  expect(existsSync(join(folder, 'cache/interpreters.json'))).toBe(true);
  expect(await findInterpreter(node, machine(path))).toEqual(found);
});

test('a chooser that has no such version is passed over', async () => {
  const marks = join(folder, 'marks');
  script('one/python3.12', 'exit 127');
  const real = script('two/real', 'exit 0');
  script('one/python3', `echo x >> '${marks}'; echo '${real}'; echo 3.11.7`);
  const python = { kind: 'runtime', family: 'python', version: '3.12' } as const;
  const found = await findInterpreter(python, machine(join(folder, 'one')));
  expect(found).toEqual({ program: real, version: '3.11.7' });
  expect(judgeInterpreter(python, found, at).diagnostic?.code).toBe('native/interpreter-too-old');
});

test('without any there is none', async () => {
  const ruby = { kind: 'runtime', family: 'ruby', version: '3.3' } as const;
  const found = await findInterpreter(ruby, machine(folder));
  expect(found).toBeUndefined();
  expect(judgeInterpreter(ruby, found, at).diagnostic?.code).toBe('native/interpreter-missing');
});

test.each([
  ['node', '20', '20.20.2', {}],
  ['node', '20.99', '20.1.0', {}],
  ['node', undefined, '18.0.0', {}],
  ['node', '18', '20.1.0', { note: 'node 20.1.0 stands in for node 18' }],
  ['python', '3', '3.11.7', {}],
  ['python', '3.9', '3.11.7', { note: 'python 3.11.7 stands in for python 3.9' }],
] as const)('%s %s on %s', (...row) => {
  const [family, version, have, verdict] = row;
  const wanted = { kind: 'runtime', family, ...(version !== undefined && { version }) } as const;
  expect(judgeInterpreter(wanted, { program: '/x', version: have }, at)).toEqual(verdict);
});
