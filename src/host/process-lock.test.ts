import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { bootId, identify } from './process-identity.ts';
import { takeProcessLock } from './process-lock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowline-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function holder(pid: number = process.pid) {
  const identity = await identify(pid);
  if (identity === undefined) throw new Error('no such process');
  return { ...identity, boot: await bootId() };
}

test('one of many gets it', async () => {
  const me = await holder();
  const results = await Promise.all(Array.from({ length: 20 }, () => takeProcessLock(folder, me)));
  expect(results.filter(({ kind }) => kind === 'held')).toHaveLength(1);
  expect(results).toContainEqual({ kind: 'taken', by: me });
});

test('one of many gets it from a holder that is dead', async () => {
  const child = spawn('sleep', ['60']);
  expect(await takeProcessLock(folder, await holder(child.pid))).toMatchObject({ kind: 'held' });
  child.kill();
  await once(child, 'exit');
  const me = await holder();
  const results = await Promise.all(Array.from({ length: 20 }, () => takeProcessLock(folder, me)));
  expect(results.filter(({ kind }) => kind === 'held')).toHaveLength(1);
  expect(await readdir(folder)).toEqual(['2']);
});

test('a holder of an earlier boot holds nothing', async () => {
  const me = await holder();
  await takeProcessLock(folder, { ...me, boot: 'earlier' });
  expect(await takeProcessLock(folder, me)).toMatchObject({ kind: 'held' });
});

test('a damaged file is nobody’s', async () => {
  await writeFile(join(folder, '3'), '{"pid":');
  expect(await takeProcessLock(folder, await holder())).toMatchObject({ kind: 'held' });
});
