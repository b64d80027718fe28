import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { getRoutes, type Route, setRoutes } from '../../../gate/client.ts';
import { freePort } from '../../../host/tcp.ts';
import { NoAnswerError } from '../../../host/unix-http-client.ts';
import { type Bed, buildPrograms, eventually, makeBed, until } from './testing/bed.ts';
import type { DaemonClient } from './client.ts';
import { gateSocketOf, gateUnit } from './gate-unit.ts';

let programs: Awaited<ReturnType<typeof buildPrograms>>;
let bed: Bed;
let service: Server;
let port: number;
const host = '127.0.0.1';
const { signal } = new AbortController();

beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs[Symbol.asyncDispose]());
beforeEach(async () => {
  bed = await makeBed(programs);
  service = createServer((socket) => socket.pipe(socket)).listen(0, host);
  await once(service, 'listening');
  port = await freePort(host);
});
afterEach(async () => {
  service.close();
  await bed[Symbol.asyncDispose]();
});

async function routed(client: DaemonClient): Promise<readonly Route[]> {
  await client.put(gateUnit(bed.directories, programs), { signal });
  const address = service.address();
  const to = { host, port: typeof address === 'object' && address !== null ? address.port : 0 };
  const routes = [{ listen: { host, port }, to }];
  await answering(() => setRoutes(gateSocketOf(bed.directories), routes, { signal }));
  return routes;
}

/** Asks until the gate is there. */
function answering<T>(ask: () => Promise<T>): Promise<T> {
  return eventually(async () => {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof NoAnswerError) return undefined;
      throw error;
    }
  });
}

async function request(): Promise<string> {
  const socket = connect(port, host);
  socket.write('hello');
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer);
}

async function kill(client: DaemonClient): Promise<void> {
  const hello = await client.hello({ signal });
  if (hello !== undefined) process.kill(hello.pid, 'SIGKILL');
}

test('no connection fails while the daemon is killed and follows itself', async () => {
  const client = await bed.connect();
  await routed(client);
  const stop = new AbortController();
  const failures: unknown[] = [];
  let answered = 0;
  const load = Array.from({ length: 8 }, async () => {
    while (!stop.signal.aborted) {
      await request().catch((error: unknown) => failures.push(error));
      answered += 1;
    }
  });
  for (let kills = 0; kills < 3; kills += 1) {
    await kill(client);
    await client.units({ signal });
    // Each load has asked anew since.
    const before = answered;
    await eventually(() => Promise.resolve(answered >= before + load.length || undefined));
  }
  stop.abort();
  await Promise.all(load);
  expect(failures).toEqual([]);
});

test('a gate that was killed comes back with the routes that it had', async () => {
  const client = await bed.connect();
  const routes = await routed(client);
  const [unit] = await client.units({ signal });
  if (unit?.state.kind !== 'running') throw new Error('the gate does not run');
  process.kill(unit.state.pid, 'SIGKILL');
  await until(client, 'gate', ({ state }) => state.kind === 'running' && state.restarts === 1);
  const { results } = await answering(() => getRoutes(gateSocketOf(bed.directories), { signal }));
  expect(results).toMatchObject(routes.map((route) => ({ kind: 'ok', route })));
  expect(await request()).toBe('hello');
});

test('a gate ends when it is asked to, and frees its ports', async () => {
  const client = await bed.connect();
  await routed(client);
  expect(await client.stop('gate', { signal })).toEqual({ stragglers: [] });
  await expect(request()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(await readFile(join(bed.directories.units, 'gate/log'), 'utf8')).toBe('');
});
