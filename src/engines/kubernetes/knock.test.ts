import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { freePort } from '../../host/tcp.ts';
import { type Answer, knockUntil } from './knock.ts';

const { signal } = new AbortController();
const host = '127.0.0.1';

const answers = (answer: Answer): boolean => answer !== 'refused';
const refuses = (answer: Answer): boolean => answer === 'refused';

async function listenOn(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  onTestFinished(() => void server.close());
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

test('a port that refuses at first is waited for until it answers', async () => {
  const port = await freePort(host);
  const answered = knockUntil(answers, { host, port }, { signal });
  await listenOn(port);
  expect(await answered).toBe('open');
});

test('a port that answers at first is waited for until it refuses', async () => {
  const port = await freePort(host);
  const server = await listenOn(port);
  server.once('connection', () => server.close());
  expect(await knockUntil(refuses, { host, port }, { signal })).toBe('refused');
});

test('a port that goes on answering is told when the time is up', async () => {
  const port = await freePort(host);
  await listenOn(port);
  expect(await knockUntil(refuses, { host, port }, { signal, timeoutMs: 300 })).toBe('open');
});

test('a port that goes on refusing is told when the time is up', async () => {
  const port = await freePort(host);
  expect(await knockUntil(answers, { host, port }, { signal, timeoutMs: 300 })).toBe('refused');
});

test('what cannot be reached from here is not waited for', async () => {
  const beganMs = performance.now();
  // An address within a network that is not named leads nowhere.
  const address = { host: 'fe80::1', port: 30_000 };
  expect(await knockUntil(answers, address, { signal })).toBe('unreachable');
  expect(performance.now() - beganMs).toBeLessThan(2000);
});

test('the wait ends when it is given up', async () => {
  const port = await freePort(host);
  const reason = new Error('enough');
  const given = AbortSignal.abort(reason);
  await expect(knockUntil(answers, { host, port }, { signal: given })).rejects.toBe(reason);
});
