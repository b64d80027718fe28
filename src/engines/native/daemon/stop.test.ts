import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { identify } from '../../../host/process-identity.ts';
import { type Bed, buildPrograms, eventually, makeBed, shell, until } from './testing/bed.ts';

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

/** The process numbers that a unit has written into a file, when there are as many. */
async function pids(count: number): Promise<readonly number[]> {
  return eventually(async () => {
    const text = await readFile(join(bed.folder, 'pids'), 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.length === count ? lines.map(Number) : undefined;
  });
}

test('only the main process gets the stop signal', async () => {
  const client = await bed.connect();
  const file = join(bed.folder, 'pids');
  const script = `
    trap 'echo main; wait; exit 0' INT
    (trap 'echo child; exit' INT TERM; echo $$ >> ${file}; while :; do sleep 0.05; done) &
    wait`;
  await client.put(shell('a', script, { stopSignal: 'SIGINT', stopGraceMs: 300 }), { signal });
  await pids(1);
  await client.stop('a', { signal });
  expect(await readFile(join(bed.directories.units, 'a', 'log'), 'utf8')).toBe('main\n');
});

test('what has left the group, the session and its parent is ended too', async () => {
  const client = await bed.connect();
  const file = join(bed.folder, 'pids');
  const script = `
    sleep 60 & echo $! >> ${file}
    setsid sh -c 'echo $$ >> ${file}; exec sleep 60' &
    (setsid sh -c '(echo $$ >> ${file}; exec sleep 60) &' &)
    exec sleep 60`;
  await client.put(shell('a', script), { signal });
  const left = await pids(3);
  expect(await client.stop('a', { signal })).toEqual({ stragglers: [] });
  for (const pid of left) expect(await identify(pid)).toBeUndefined();
});

test('a daemon without its environment is found by the folder that it works in', async () => {
  const client = await bed.connect();
  const file = join(bed.folder, 'pids');
  const script = `
    (env -i /usr/bin/setsid /bin/sh -c '(echo $$ >> ${file}; exec /bin/sleep 60) &' &)
    sleep 0.2
    exec sleep 60`;
  const spec = shell('a', script, { cwd: bed.folder, ownsDirectory: bed.folder });
  await client.put(spec, { signal });
  const [pid = 0] = await pids(1);
  await client.stop('a', { signal });
  expect(await identify(pid)).toBeUndefined();
});

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'a daemon without its environment is found by the mount namespace of the unit',
  async () => {
    const client = await bed.connect();
    const file = join(bed.folder, 'pids');
    const script = `
      (env -i /usr/bin/setsid /bin/sh -c '(echo $$ >> ${file}; exec /bin/sleep 60) &' &)
      sleep 0.2
      exec sleep 60`;
    const argv = ['/usr/bin/unshare', '--mount', '/bin/sh', '-c', script] as const;
    await client.put(shell('a', script, { argv }), { signal });
    const [pid = 0] = await pids(1);
    await client.stop('a', { signal });
    expect(await identify(pid)).toBeUndefined();
  },
);

test('a stop goes on when the daemon is killed over it', async () => {
  const client = await bed.connect();
  const script = `trap 'echo asked; sleep 0.5; exit 9' TERM; echo up; while :; do sleep 0.02; done`;
  await client.put(shell('a', script, { stopGraceMs: 20_000 }), { signal });
  const log = join(bed.directories.units, 'a', 'log');
  await eventually(async () => ((await readFile(log, 'utf8')) === 'up\n' ? true : undefined));
  const stopping = client.stop('a', { signal });
  await eventually(async () =>
    (await readFile(log, 'utf8')).endsWith('asked\n') ? true : undefined,
  );
  const hello = await client.hello({ signal });
  process.kill(hello?.pid ?? 0, 'SIGKILL');
  expect(await stopping).toEqual({ stragglers: [] });
  const [unit] = await client.units({ signal });
  expect(unit?.state).toMatchObject({ exit: { kind: 'code', code: 9 }, stopped: true });
});

test('what does not heed the signals is killed after its grace, and named', async () => {
  const client = await bed.connect();
  const script = `trap '' TERM INT; echo up; while :; do sleep 0.05; done`;
  await client.put(shell('a', script, { stopGraceMs: 100 }), { signal });
  await eventually(async () =>
    (await readFile(join(bed.directories.units, 'a', 'log'), 'utf8')) === 'up\n' ? true : undefined,
  );
  const { stragglers } = await client.stop('a', { signal });
  expect(stragglers.map(({ command }) => command).join()).toContain('sh -c trap');
  const { state } = await until(client, 'a', (record) => record.state.kind === 'exited');
  expect(state).toMatchObject({ exit: { kind: 'code', code: 137 }, stopped: true });
});

test('a second stop without grace kills at once', async () => {
  const client = await bed.connect();
  const script = `trap '' TERM; echo up; while :; do sleep 0.05; done`;
  await client.put(shell('a', script, { stopGraceMs: 60_000 }), { signal });
  await eventually(async () =>
    (await readFile(join(bed.directories.units, 'a', 'log'), 'utf8')) === 'up\n' ? true : undefined,
  );
  const first = client.stop('a', { signal });
  const second = client.stop('a', { graceMs: 0, signal });
  const [{ stragglers }] = await Promise.all([first, second]);
  expect(stragglers.length).toBeGreaterThan(0);
});

test('what a shell was waiting for has the grace of the unit', async () => {
  const client = await bed.connect();
  const file = join(bed.folder, 'pids');
  const inner = `trap "sleep 1.2; echo drained; exit 0" TERM; echo $$ >> ${file}; while :; do sleep 0.02; done`;
  await client.put(shell('a', `sh -c '${inner}'; true`, { stopGraceMs: 10_000 }), { signal });
  await pids(1);
  expect(await client.stop('a', { signal })).toEqual({ stragglers: [] });
  expect(await readFile(join(bed.directories.units, 'a', 'log'), 'utf8')).toContain('drained\n');
});

test('a stop of what has ended, or never was, changes nothing', async () => {
  const client = await bed.connect();
  expect(await client.stop('never', { signal })).toEqual({ stragglers: [] });
  await client.put(shell('a', 'exit 4'), { signal });
  const { state } = await until(client, 'a', (record) => record.state.kind === 'exited');
  expect(await client.stop('a', { signal })).toEqual({ stragglers: [] });
  expect((await client.units({ signal }))[0]?.state).toEqual(state);
});

test('a stop ends the wait for a restart', async () => {
  const client = await bed.connect();
  await client.put(shell('a', 'exit 1', { restart: { kind: 'always' } }), { signal });
  await until(client, 'a', (record) => record.state.kind === 'restarting');
  await client.stop('a', { signal });
  const { state } = await until(client, 'a', (record) => record.state.kind === 'exited');
  expect(state).toMatchObject({ stopped: true });
});

test('what a unit leaves behind is ended before the unit is started again', async () => {
  const client = await bed.connect();
  const file = join(bed.folder, 'pids');
  const script = `setsid sh -c 'echo $$ >> ${file}; exec sleep 60' & sleep 0.1; exit 1`;
  const restart = { kind: 'on-failure', maxRetries: 1 } as const;
  await client.put(shell('a', script, { restart }), { signal });
  await until(client, 'a', (record) => record.state.kind === 'exited');
  for (const pid of await pids(2)) expect(await identify(pid)).toBeUndefined();
});
