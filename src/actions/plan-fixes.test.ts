import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { assert, asyncProperty, boolean, subarray } from 'fast-check';
import { afterAll, expect, test } from 'vitest';

import { ComposeError } from '../model/diagnostic.ts';
import { loadProject, type LoadOptions } from './load-project.ts';
import { planFixes } from './plan-fixes.ts';
import { writeFixes } from './write-fixes.ts';

const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'bowline-fixes-'));
const file = join(folder, 'compose.yaml');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const options: LoadOptions = {
  files: [file],
  profiles: [],
  envFiles: [],
  advice: true,
  environment: { N: '10s', V: 'dta' },
  cwd: folder,
};

async function fixed(text: string): Promise<string> {
  writeFileSync(file, text);
  const { files } = await planFixes(options, { signal });
  return files.find(({ path }) => path === file)?.after ?? text;
}

/** Errors that are seen; undefined where the first ones hide the others. */
async function errorsIn(text: string): Promise<readonly string[]> {
  writeFileSync(file, text);
  try {
    await loadProject(options, { signal });
    return [];
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return error.diagnostics.flatMap(({ severity, code }) => (severity === 'error' ? [code] : []));
  }
}

test.each([
  [
    'a variable is never written over',
    'services: {a: {image: x, healthcheck: {retries: "${N}"}}}\n',
  ],
  [
    'a name that a variable gave is never written over',
    'services: {a: {image: x, volumes: ["${V}:/x"]}}\nvolumes: {data: }\n',
  ],
  [
    'of two near names none is chosen',
    'services: {a: {image: x, depends_on: [wab]}, web: {image: x}, wob: {image: x}}\n',
  ],
  ['a key that is there already is not written twice', 'services: {a: {image: x, imge: y}}\n'],
])('%s', async (_, text) => {
  expect(await fixed(text)).toBe(text);
});

test('what a fix brings to light is fixed as well', async () => {
  const text = 'services:\n\ta:\n\t\timage: x\n\t\tdepnds_on: b\n\tb: {image:x}\n';
  expect(await fixed(text)).toContain('depends_on: [b]');
});

test('a file is written with its mode, its mark and through its link', async () => {
  const target = join(folder, 'real.yaml');
  const link = join(folder, 'link.yaml');
  writeFileSync(target, '\uFEFFversion: "3"\r\nservices: {a: {image: x}}\r\n');
  chmodSync(target, 0o640);
  symlinkSync(target, link);
  const { files } = await planFixes({ ...options, files: [link] }, { signal });
  await writeFixes(files);
  expect(readFileSync(target, 'utf8')).toBe('\uFEFFservices: {a: {image: x}}\r\n');
  expect(statSync(target).mode & 0o7777).toBe(0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test('a file that was changed meanwhile is left alone', async () => {
  writeFileSync(file, 'version: "3"\nservices: {a: {image: x}}\n');
  const { files } = await planFixes(options, { signal });
  writeFileSync(file, 'services: {b: {image: y}}\n');
  await expect(writeFixes(files)).rejects.toThrow(ComposeError);
  expect(readFileSync(file, 'utf8')).toBe('services: {b: {image: y}}\n');
});

const mistakes = [
  'enviroment: {A: b}',
  'environment: [A: b, A=c, A=d]',
  'depends_on: b',
  'depends_on: [bb, b, b]',
  'depends_on: {b: {condition: healthy}}',
  'healthcheck: {test: [pg_isready], retries: 10s, interval: 10}',
  'ports: localhost:80:80',
  'ports: ["80:80", "80:80", "53:udp"]',
  'dns: [a, a, b]',
  'volumes: ["dta:/x", data:/y]',
  'tty: yes',
  'restart: alwys',
  'command: [1, true]',
  'expose: 80',
  'labels: {1: x}',
  'nonsense: {a: [}',
  'image: a: b',
  'healthcheck:{}',
];

test('fixing twice is fixing once, and there are never more errors than before', async () => {
  await assert(
    asyncProperty(
      subarray(mistakes, { minLength: 1 }),
      boolean(),
      boolean(),
      async (chosen, tabs, windows) => {
        const lines = [
          'version: "3" # old',
          'services:',
          '  a: # the first',
          '    image: x',
          ...chosen.map((line) => `    ${line} # why`),
          '  b: {image: y}',
          'volumes: {data: }',
        ];
        const indented = tabs ? lines.map((line) => line.replace(/^ {4}/, '\t\t')) : lines;
        const text = indented.map((line) => `${line}${windows ? '\r\n' : '\n'}`).join('');
        const before = await errorsIn(text);
        const after = await fixed(text);
        expect(await fixed(after)).toBe(after);
        const left = await errorsIn(after);
        // Behind YAML that cannot be read there may be any number of them.
        const hidden = before.some(
          (code) => code === 'compose/yaml-syntax' || code === 'compose/unknown-key',
        );
        expect(hidden || left.length <= before.length).toBe(true);
        const comments = (each: string): number => each.split(/# (?:why|old|the first)/).length;
        expect(comments(after)).toBe(comments(text));
      },
    ),
    { numRuns: 60 },
  );
});
