import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { identify } from '../../../host/process-identity.ts';
import { type Bed, buildPrograms, eventually, makeBed, shell, until } from './testing/bed.ts';
import { connectDaemon, type DaemonClient, findDaemon } from './client.ts';
import { daemonSocketOf } from './protocol.ts';

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

const log = (name: string): Promise<string> =>
  readFile(join(bed.directories.units, name, 'log'), 'utf8');
const helloOf = async (client: DaemonClient) => {
  const hello = await client.hello({ signal });
  if (hello === undefined) throw new Error('no daemon');
  return hello;
};

describe('a unit', () => {
  test('runs, and how it ended is known', async () => {
    const client = await bed.connect();
    const { changed, unit } = await client.put(shell('a', 'echo out; echo err >&2; exit 3'), {
      signal,
    });
    expect(changed).toBe(true);
    expect(unit).toMatchObject({ name: 'a', number: 1, ports: [] });
    const { state } = await until(client, 'a', (record) => record.state.kind === 'exited');
    expect(state).toMatchObject({ exit: { kind: 'code', code: 3 }, stopped: false });
    expect(await log('a')).toBe('out\nerr\n');
  });

  test('that runs is left alone when asked for again', async () => {
    const client = await bed.connect();
    const first = await client.put(shell('a', 'exec sleep 60'), { signal });
    const second = await client.put(shell('a', 'exec sleep 60'), { signal });
    expect(second).toEqual({ changed: false, unit: first.unit });
  });

  test('that runs is not replaced by another one of its name', async () => {
    const client = await bed.connect();
    await client.put(shell('a', 'exec sleep 60'), { signal });
    await expect(client.put(shell('a', 'exec sleep 61'), { signal })).rejects.toMatchObject({
      findings: [{ code: 'daemon/unit-busy' }],
    });
    await expect(client.remove('a', { signal })).rejects.toMatchObject({
      findings: [{ code: 'daemon/unit-busy' }],
    });
  });

  test('that has ended is started anew, and its log goes on', async () => {
    const client = await bed.connect();
    for (const runs of [1, 2]) {
      await client.put(shell('a', 'printf run'), { signal });
      await until(client, 'a', ({ state }) => state.kind === 'exited');
      expect(await log('a')).toBe(Array(runs).fill('run').join('\n'));
    }
  });

  test('that is another one than before begins with an empty log', async () => {
    const client = await bed.connect();
    for (const script of ['echo first', 'echo second']) {
      await client.put(shell('a', script), { signal });
      await until(client, 'a', ({ state }) => state.kind === 'exited');
    }
    expect(await log('a')).toBe('second\n');
  });

  test('is forgotten with its files', async () => {
    const client = await bed.connect();
    await client.put(shell('a', 'exit 0'), { signal });
    await until(client, 'a', ({ state }) => state.kind === 'exited');
    await client.remove('a', { signal });
    expect(await client.units({ signal })).toEqual([]);
    await expect(log('a')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('without its working directory does not start, and says so', async () => {
    const client = await bed.connect();
    const spec = shell('a', 'exit 0', { cwd: '/no/such/folder' });
    await expect(client.put(spec, { signal })).rejects.toMatchObject({
      findings: [
        {
          code: 'daemon/spawn-failed',
          cause: 'unit a cannot be started: its working directory /no/such/folder does not exist',
        },
      ],
    });
  });

  test('without its program ends with 127, and its log says why', async () => {
    const client = await bed.connect();
    await client.put(shell('a', '', { argv: ['/no/such/program'] }), { signal });
    const { state } = await until(client, 'a', (record) => record.state.kind === 'exited');
    expect(state).toMatchObject({ exit: { kind: 'code', code: 127 } });
    expect(await log('a')).toContain('/no/such/program');
  });

  test('inherits nothing of the daemon but its log', async () => {
    const client = await bed.connect();
    const spec = shell('a', 'ls /proc/self/fd; env', { environment: { GREETING: 'a b\nc' } });
    await client.put(spec, { signal });
    await until(client, 'a', ({ state }) => state.kind === 'exited');
    const lines = (await log('a')).split('\n');
    expect(lines.slice(0, 4)).toEqual(['0', '1', '2', '3']);
    expect(lines.filter((line) => /^(BOWLINE|GREETING|c$)/.test(line)).toSorted()).toEqual([
      expect.stringMatching(/^BOWLINE_UNIT=[0-9a-f]{8}\/a$/),
      'GREETING=a b',
      'c',
    ]);
  });

  test.runIf(process.getuid?.() === 0)('may run as another user', async () => {
    const client = await bed.connect();
    const runAs = { uid: 65_534, gid: 65_534 };
    await client.put(shell('a', 'id -u; id -g; exit 7', { runAs }), { signal });
    const { state } = await until(client, 'a', (record) => record.state.kind === 'exited');
    expect(state).toMatchObject({ exit: { kind: 'code', code: 7 } });
    expect(await log('a')).toBe('65534\n65534\n');
  });

  test('that fails is started again, each time later, until its limit', async () => {
    const client = await bed.connect();
    const spec = shell('a', 'exit 1', { restart: { kind: 'on-failure', maxRetries: 2 } });
    await client.put(spec, { signal });
    const seen: number[] = [];
    const { state } = await until(client, 'a', (record) => {
      if (record.state.kind === 'restarting') seen.push(record.state.restarts);
      return record.state.kind === 'exited';
    });
    expect(state).toMatchObject({ exit: { kind: 'code', code: 1 }, stopped: false });
    expect(new Set(seen)).toEqual(new Set([0, 1, 2].slice(0, new Set(seen).size)));
    expect(seen.at(-1)).toBeGreaterThan(0);
  });
});

describe('health', () => {
  const healthcheck = (script: string, changes = {}) =>
    ({
      probe: { kind: 'command', argv: ['/bin/sh', '-c', script], cwd: '/', environment: {} },
      intervalMs: 20,
      timeoutMs: 5000,
      retries: 2,
      startPeriodMs: 0,
      startIntervalMs: 5000,
      ...changes,
    }) as const;
  const healthIs = (kind: string) => (record: { readonly state: { readonly kind: string } }) =>
    record.state.kind === 'running' && JSON.stringify(record.state).includes(`"kind":"${kind}"`);

  test('follows what the probe finds', async () => {
    const client = await bed.connect();
    const flag = join(bed.folder, 'flag');
    const probe = healthcheck(`test -e ${flag} && echo fine`);
    await client.put(shell('a', 'exec sleep 60', { healthcheck: probe }), { signal });
    await until(client, 'a', healthIs('unhealthy'));
    await writeFile(flag, '');
    const { state } = await until(client, 'a', healthIs('healthy'));
    expect(state).toMatchObject({ health: { kind: 'healthy', lastOutput: 'fine\n' } });
  });

  test('names a probe that is not there', async () => {
    const client = await bed.connect();
    const missing = {
      ...healthcheck(''),
      probe: { kind: 'command', argv: ['/no/such/curl'], cwd: '/', environment: {} },
    } as const;
    await client.put(shell('a', 'exec sleep 60', { healthcheck: missing }), { signal });
    const { state } = await until(client, 'a', healthIs('unhealthy'));
    expect(state).toMatchObject({
      health: { lastOutput: 'healthcheck program not found: curl (/no/such/curl)' },
    });
  });

  test('a probe that takes too long is killed with all it has started', async () => {
    const client = await bed.connect();
    const pids = join(bed.folder, 'pids');
    const probe = healthcheck(`sleep 60 & echo $! >> ${pids}; echo waiting; wait`, {
      timeoutMs: 100,
      retries: 1,
    });
    await client.put(shell('a', 'exec sleep 60', { healthcheck: probe }), { signal });
    const { state } = await until(client, 'a', healthIs('unhealthy'));
    expect(state).toMatchObject({ health: { lastOutput: 'timed out after 100 ms\nwaiting\n' } });
    await client.stop('a', { signal });
    for (const pid of (await readFile(pids, 'utf8')).trim().split('\n')) {
      expect(await identify(Number(pid))).toBeUndefined();
    }
  });
});

describe('a daemon', () => {
  test('leaves when nothing runs and nobody asks, and takes its socket with it', async () => {
    const client = await bed.connect({ lingerMs: 20 });
    const { pid } = await helloOf(client);
    await eventually(async () => ((await identify(pid)) === undefined ? true : undefined));
    await expect(readFile(daemonSocketOf(bed.directories))).rejects.toMatchObject({
      code: 'ENOENT',
    });
    // A request that comes later finds another one.
    expect(await client.units({ signal })).toEqual([]);
  });

  test('is one, however many ask for it at a time', async () => {
    const clients = await Promise.all([1, 2, 3].map(() => bed.connect()));
    const pids = await Promise.all(clients.map(async (client) => (await helloOf(client)).pid));
    expect(new Set(pids).size).toBe(1);
  });

  test('starts beside the socket and the lock that a killed one has left', async () => {
    const first = await helloOf(await bed.connect());
    process.kill(first.pid, 'SIGKILL');
    const second = await helloOf(await bed.connect());
    expect(second.pid).not.toBe(first.pid);
  });

  test('starts although its lock names a process that has got its number', async () => {
    const folder = join(bed.directories.state, 'lock');
    await mkdir(folder, { recursive: true });
    const stale = { pid: process.pid, start: '1', boot: 'another' };
    await writeFile(join(folder, '7'), JSON.stringify(stale));
    expect(await helloOf(await bed.connect())).toMatchObject({ build: 'test', protocol: 1 });
  });

  test('of another build is followed by ours, which takes over what runs', async () => {
    const old = await bed.connect({ build: 'older' });
    const { unit } = await old.put(shell('a', 'exec sleep 60'), { signal });
    const client = await bed.connect();
    expect(await helloOf(client)).toMatchObject({ build: 'test' });
    expect(await client.units({ signal })).toEqual([unit]);
  });

  test('does not touch the files of a later version, and names it', async () => {
    const folder = join(bed.directories.units, 'a');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'spec.json'), '{"format":1}');
    await writeFile(join(folder, 'state.json'), '{"format":2,"writtenBy":"9.1.0"}');
    await expect(bed.connect()).rejects.toMatchObject({
      findings: [{ code: 'daemon/newer-version', cause: expect.stringContaining('9.1.0') }],
    });
  });

  test('is not started where its socket would have too long a path', async () => {
    const directories = { ...bed.directories, sockets: join(bed.folder, 'x'.repeat(100)) };
    await expect(connectDaemon({ directories, programs, signal })).rejects.toMatchObject({
      findings: [{ code: 'daemon/socket-path-too-long' }],
    });
  });

  test('is not started where others could reach its socket', async () => {
    const sockets = join(bed.folder, 'open');
    await mkdir(sockets, { mode: 0o755 });
    const directories = { ...bed.directories, sockets };
    await expect(connectDaemon({ directories, programs, signal })).rejects.toMatchObject({
      findings: [{ code: 'daemon/socket-folder-unsafe' }],
    });
  });

  test('is not started to learn that nothing runs', async () => {
    expect(await findDaemon({ directories: bed.directories, programs, signal })).toBeUndefined();
  });
});
