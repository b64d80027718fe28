import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { readLogs } from '../logs/read-log.ts';
import { type Bed, buildPrograms, eventually, makeBed, shell, until } from './testing/bed.ts';
import type { DaemonClient } from './client.ts';

let programs: Awaited<ReturnType<typeof buildPrograms>>;
let bed: Bed;
const { signal } = new AbortController();

beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs[Symbol.asyncDispose]());
beforeEach(async () => {
  bed = await makeBed(programs);
});
afterEach(() => bed[Symbol.asyncDispose]());

async function kill(client: DaemonClient): Promise<void> {
  const hello = await client.hello({ signal });
  if (hello !== undefined) process.kill(hello.pid, 'SIGKILL');
}

const exitFile = (name: string): Promise<string> =>
  readFile(join(bed.directories.units, name, 'run/exit'), 'utf8');

test('what runs goes on when the daemon is killed, and is found again', async () => {
  const client = await bed.connect();
  const { unit } = await client.put(shell('a', 'exec sleep 60'), { signal });
  await kill(client);
  expect(await client.units({ signal })).toEqual([unit]);
  expect(await client.stop('a', { signal })).toEqual({ stragglers: [] });
  const { state } = await until(client, 'a', (record) => record.state.kind === 'exited');
  expect(state).toMatchObject({ exit: { kind: 'code', code: 143 }, stopped: true });
});

test('how a unit ended is known although no daemon was there', async () => {
  const client = await bed.connect();
  const flag = join(bed.folder, 'flag');
  const script = `until test -e ${flag}; do sleep 0.01; done; exit 42`;
  await client.put(shell('a', script), { signal });
  await kill(client);
  await eventually(async () => {
    await writeFile(flag, '');
    return (await exitFile('a')) === '42\n' ? true : undefined;
  });
  const [unit] = await client.units({ signal });
  expect(unit?.state).toMatchObject({
    kind: 'exited',
    exit: { kind: 'code', code: 42 },
    stopped: false,
  });
});

test('how an adopted unit ends is seen when it ends', async () => {
  const client = await bed.connect();
  const flag = join(bed.folder, 'flag');
  await client.put(shell('a', `until test -e ${flag}; do sleep 0.01; done; exit 5`), { signal });
  await kill(client);
  await client.units({ signal });
  await writeFile(flag, '');
  const { state } = await until(client, 'a', (record) => record.state.kind === 'exited');
  expect(state).toMatchObject({ exit: { kind: 'code', code: 5 } });
});

test('a unit that was killed without a word while no daemon was there is started again', async () => {
  const client = await bed.connect();
  const spec = shell('a', 'exec sleep 60', { restart: { kind: 'always' } });
  const { unit } = await client.put(spec, { signal });
  await kill(client);
  const pid = unit.state.kind === 'running' ? unit.state.pid : 0;
  const recorder = Number.parseInt(
    await readFile(join(bed.directories.units, 'a', 'run/pid'), 'utf8'),
    10,
  );
  process.kill(recorder, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  const { state } = await until(
    client,
    'a',
    (record) => record.state.kind === 'running' && record.state.restarts === 1,
  );
  expect(state).not.toMatchObject({ pid });
});

test('a watch goes on over the death of the daemon', async () => {
  const client = await bed.connect();
  await client.put(shell('a', 'exec sleep 60'), { signal });
  const kinds: string[] = [];
  const stop = new AbortController();
  for await (const message of client.watch({ signal: stop.signal })) {
    kinds.push(message.kind);
    if (message.kind !== 'ready') continue;
    if (kinds.filter((kind) => kind === 'ready').length === 2) break;
    await kill(client);
  }
  stop.abort();
  expect(kinds).toEqual(['unit', 'ready', 'unit', 'ready']);
});

test('a unit that writes while the daemon is killed again and again loses no line', async () => {
  const client = await bed.connect();
  const lines = 200_000;
  const script = `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "line $i"; done`;
  const { unit } = await client.put(shell('a', script), { signal });
  for (let kills = 0; kills < 3; kills += 1) {
    await kill(client);
    const [again] = await client.units({ signal });
    expect([unit.state, 'exited']).toContainEqual(
      again?.state.kind === 'exited' ? 'exited' : again?.state,
    );
  }
  await until(client, 'a', (record) => record.state.kind === 'exited');
  let next = 1;
  const folder = join(bed.directories.units, 'a');
  for await (const { text } of readLogs({
    folder,
    replica: 'p-a-1',
    service: 'a',
    follow: false,
    signal,
  })) {
    if (text !== `line ${next}`) throw new Error(`line ${next} reads ${text}`);
    next += 1;
  }
  expect(next).toBe(lines + 1);
});
