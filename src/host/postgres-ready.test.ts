import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { postgresReady } from './postgres-ready.ts';
import { freePort } from './tcp.ts';

const { signal } = new AbortController();
const host = '127.0.0.1';

async function answering(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.once('data', () => answer(socket)).on('error', () => {});
  }).listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    return await postgresReady({ host, port }, signal);
  } finally {
    server.close();
  }
}

function errorMessage(code: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mtext\0\0`);
  const head = Buffer.from([0x45, 0, 0, 0, fields.length + 4]);
  return Buffer.concat([head, fields]);
}

test.each([
  [
    'a server that asks for a password accepts',
    Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]),
    'accepting',
  ],
  ['a server that does not know the user accepts', errorMessage('28000'), 'accepting'],
  ['a server that starts rejects', errorMessage('57P03'), 'rejecting'],
  [
    'another server does not respond',
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'no-response',
  ],
])('%s', async (...[, bytes, expected]) => {
  expect(await answering((socket) => socket.end(bytes))).toBe(expected);
});

test('an answer may come in parts', async () => {
  const bytes = errorMessage('57P03');
  const answer = await answering((socket) => {
    socket.write(bytes.subarray(0, 20), () => setImmediate(() => socket.end(bytes.subarray(20))));
  });
  expect(answer).toBe('rejecting');
});

test('a server that hangs up does not respond', async () => {
  expect(await answering((socket) => socket.destroy())).toBe('no-response');
});

test('nobody there is no response', async () => {
  expect(await postgresReady({ host, port: await freePort(host) }, signal)).toBe('no-response');
});

test('a socket of the file system is asked as well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bowline-pg-'));
  const server = createServer((socket) => socket.end(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0])));
  server.listen(join(folder, '.s.PGSQL.5432'));
  await once(server, 'listening');
  expect(await postgresReady({ host: folder, port: 5432 }, signal)).toBe('accepting');
  server.close();
  await rm(folder, { recursive: true });
});
