import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, onTestFinished, test } from 'vitest';

import { copyInside, type RunInside } from './copy-archive.ts';
import { runPiped } from './run-piped.ts';

const { signal } = new AbortController();
const options = { signal, failure: ({ said }: { readonly said: string }) => new Error(said) };
let [there, here] = ['', ''];

/** Programs of this machine stand for those of a container. */
const run: RunInside = ([program = '', ...args], streams) =>
  runPiped([program, ...args], { cwd: there, environment: { PATH: '/usr/bin:/bin' }, ...streams });

beforeEach(async () => {
  [there, here] = [
    await mkdtemp(join(tmpdir(), 'bl-there-')),
    await mkdtemp(join(tmpdir(), 'bl-here-')),
  ];
  const folders = [there, here];
  onTestFinished(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });
});

test('a folder comes whole, with its modes, into a folder or under another name', async () => {
  await mkdir(join(there, 'log/old'), { recursive: true });
  await writeFile(join(there, 'log/-rf'), 'ü\0', { mode: 0o640 });
  await writeFile(join(there, 'log/old/a b'), 'x'.repeat(300_000));
  await copyInside(run, { kind: 'from', path: `${there}/log/`, to: here }, options);
  await copyInside(run, { kind: 'from', path: `${there}/log`, to: join(here, 'named') }, options);
  expect((await readdir(here)).toSorted()).toEqual(['log', 'named']);
  for (const name of ['log', 'named']) {
    expect(await readFile(join(here, name, '-rf'), 'utf8')).toBe('ü\0');
    expect((await stat(join(here, name, '-rf'))).mode & 0o777).toBe(0o640);
    expect((await stat(join(here, name, 'old/a b'))).size).toBe(300_000);
  }
});

test('a file goes into a folder that is there, else it gets the name', async () => {
  await writeFile(join(here, 'seed.sql'), 'select 1;');
  await mkdir(join(there, 'tmp'));
  await copyInside(
    run,
    { kind: 'to', path: `${there}/tmp`, from: join(here, 'seed.sql') },
    options,
  );
  await copyInside(
    run,
    { kind: 'to', path: `${there}/tmp/other`, from: join(here, 'seed.sql') },
    options,
  );
  await copyInside(run, { kind: 'to', path: join(there, 'tmp'), from: here }, options);
  const [folder = ''] = (await readdir(join(there, 'tmp'))).filter((name) =>
    name.startsWith('bl-'),
  );
  expect((await readdir(join(there, 'tmp', folder))).toSorted()).toEqual(['seed.sql']);
  for (const name of ['seed.sql', 'other'])
    expect(await readFile(join(there, 'tmp', name), 'utf8')).toBe('select 1;');
});

test('what cannot be copied leaves what is here as it was', async () => {
  await writeFile(join(here, 'log'), 'mine');
  const copied = copyInside(
    run,
    { kind: 'from', path: '/none/log', to: join(here, 'log') },
    options,
  );
  await expect(copied).rejects.toThrow(/none/);
  expect(await readdir(here)).toEqual(['log']);
  expect(await readFile(join(here, 'log'), 'utf8')).toBe('mine');
});
