import { once } from 'node:events';
import { createServer } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { freePort } from '../../host/tcp.ts';
import { awaitPublished } from './await-published.ts';

const { signal } = new AbortController();
const host = '127.0.0.1';

async function listenOn(port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  onTestFinished(() => void server.close());
  server.listen(port, host);
  await once(server, 'listening');
}

test('a port that refuses at first is waited for until it answers', async () => {
  const port = await freePort(host);
  const answered = awaitPublished({ host, port }, { signal });
  await listenOn(port);
  expect(await answered).toBe(true);
});

test('a port that goes on refusing is told when the time is up', async () => {
  const port = await freePort(host);
  expect(await awaitPublished({ host, port }, { signal, timeoutMs: 300 })).toBe(false);
});

test('what cannot be reached from here is not waited for', async () => {
  const beganMs = performance.now();
  // An address within a network that is not named leads nowhere.
  expect(await awaitPublished({ host: 'fe80::1', port: 30_000 }, { signal })).toBe(true);
  expect(performance.now() - beganMs).toBeLessThan(2000);
});

test('the wait ends when it is given up', async () => {
  const port = await freePort(host);
  const reason = new Error('enough');
  const given = AbortSignal.abort(reason);
  await expect(awaitPublished({ host, port }, { signal: given })).rejects.toBe(reason);
});
