import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { trackedFiles } from './tracked-files.ts';

let folder = '';
const options = {
  signal: new AbortController().signal,
  environment: { PATH: process.env['PATH'], HOME: tmpdir() },
};

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'bowline-tracked-')));
  const git = (...args: readonly string[]): void => {
    execFileSync('git', args, {
      cwd: folder,
      stdio: 'ignore',
      env: { ...process.env, HOME: folder },
    });
  };
  git('init');
  mkdirSync(join(folder, 'below'));
  for (const name of ['kept.yaml', '*.yaml', 'new.yaml', 'below/ä b.env'])
    writeFileSync(join(folder, name), 'x');
  git('add', '--', 'kept.yaml', ':(literal)*.yaml', 'below/ä b.env');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('what git keeps is told from what lies beside it, whatever its name is', async () => {
  const paths = ['kept.yaml', '*.yaml', 'new.yaml', 'below/ä b.env', 'none/x'].map((name) =>
    join(folder, name),
  );
  const tracked = await trackedFiles(paths, options);
  expect([...tracked].toSorted()).toEqual([paths[1], paths[3], paths[0]]);
});

test('without git, or outside of a repository, nothing is kept', async () => {
  const path = join(folder, 'kept.yaml');
  const none = { ...options, environment: { PATH: join(folder, 'below') } };
  expect([...(await trackedFiles([path], none))]).toEqual([]);
  expect([...(await trackedFiles(['/proc/version'], options))]).toEqual([]);
});

test('a repository cannot make git start programs of its own', async () => {
  const trap = join(folder, 'trap.sh');
  const sprung = join(folder, 'sprung');
  writeFileSync(trap, `#!/bin/sh\ntouch ${sprung}\n`, { mode: 0o755 });
  execFileSync('git', ['config', 'core.fsmonitor', trap], { cwd: folder });
  await trackedFiles([join(folder, 'kept.yaml')], options);
  await expect(trackedFiles([sprung], options)).resolves.toEqual(new Set());
  expect(existsSync(sprung)).toBe(false);
});
