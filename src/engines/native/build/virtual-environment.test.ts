import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { runCommand } from '../../../host/run-command.ts';
import { RunError } from '../../../model/finding.ts';
import type { InnerProcess, Surroundings } from '../isolation.ts';
import { rewriteProcess } from '../isolation/rewrite.ts';
import { relocatePrograms, VENV, virtualEnvironment } from './virtual-environment.ts';

const { signal } = new AbortController();

const { status } = spawnSync('python3', ['-c', 'import ensurepip'], { stdio: 'ignore' });
if (status !== 0)
  // oxlint-disable-next-line no-console -- a test that does not run must say so
  console.warn(
    'SKIPPED: virtual environments of Python: no python3 with its module ensurepip here',
  );

/** Longer than a program's first line may be, and with what separates words there. */
const ODD = `a folder (of mine) ${'and so on '.repeat(10)}`.trim();

function createStore(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bl-venv-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = join(folder, ODD);
  mkdirSync(join(store, 'work'), { recursive: true });
  return store;
}

/** Of a stage whose folder is in the store. */
function optionsOf(store: string, python = 'python3') {
  return {
    root: join(store, 'work/0'),
    python,
    environment: { PATH: process.env['PATH'] ?? '' },
    surround: (inner: InnerProcess, surroundings: Surroundings) =>
      Promise.resolve(rewriteProcess(inner, surroundings)),
    signal,
  };
}

async function saidBy(...argv: [string, ...string[]]): Promise<string> {
  const { stdout, stderr } = await runCommand(argv, { environment: {}, signal });
  return stdout + stderr;
}

test.skipIf(status !== 0)(
  'a virtual environment has pip, also when its folder has a long and odd name, and when that is moved',
  async () => {
    const store = createStore();
    const options = optionsOf(store);
    await virtualEnvironment(options);
    const made = join(options.root, VENV, 'bin');
    const list = JSON.parse(await saidBy(join(made, 'pip'), 'list', '--format=json')) as unknown;
    expect(list).toContainEqual({ name: 'pip', version: expect.any(String) as unknown });
    const later = join(store, 'images');
    renameSync(options.root, later);
    relocatePrograms(store, later, later);
    const said = await saidBy(join(later, VENV, 'bin/pip3'), '--version');
    expect(said).toContain(`from ${join(later, VENV)}/lib/python3`);
  },
);

test('a Python without its module ensurepip is told with the package that has it', async () => {
  const store = createStore();
  const python = join(store, 'python3');
  const script = `#!/bin/sh
case "$*" in
  "-m venv"*) for to; do :; done; mkdir -p "$to/bin"; cp "$0" "$to/bin/python" ;;
  *) echo "No module named ensurepip" >&2; exit 1 ;;
esac
`;
  writeFileSync(python, script, { mode: 0o755 });
  const failure = await virtualEnvironment(optionsOf(store, python)).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(RunError);
  expect((failure as RunError).findings).toMatchObject([
    {
      code: 'native/setup-failed',
      proof: ['No module named ensurepip'],
      fix: [expect.stringContaining('python3-venv')],
    },
  ]);
});
