import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { askUnix, NoAnswerError, readUnixLines } from './unix-http-client.ts';
import { serveUnix } from './unix-http.ts';

const folder = mkdtempSync(join(tmpdir(), 'bowline-http-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const { signal } = new AbortController();
let sockets = 0;

/** A server that answers what it is asked first with these bytes, and leaves. */
async function saying(...parts: readonly (string | Buffer)[]) {
  const path = join(folder, String((sockets += 1)));
  const server = createServer((connection: Socket) => {
    connection.once('data', () => {
      for (const part of parts) connection.write(part);
      connection.end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  return { path, [Symbol.dispose]: () => void server.close() };
}

test('a body goes there and comes back whole, whatever its letters and its length', async () => {
  const path = join(folder, 'echo');
  const server = await serveUnix(path, {
    handle: async ({ body, method }) => ({ kind: 'json', status: 201, body: { body, method } }),
    onError: () => {},
  });
  const body = { text: '‹é🪢›'.repeat(50_000) };
  expect(await askUnix(path, { method: 'PUT', path: '/a', body, signal })).toEqual({
    status: 201,
    body: { body, method: 'PUT' },
  });
  await server.close();
});

test.each([
  ['nothing', []],
  ['half of the head', ['HTTP/1.1 200 OK\r\ncontent-le']],
  ['half of the body', ['HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"a":']],
  ['another protocol', ['hello']],
])('%s is no answer', async (_, parts) => {
  using server = await saying(...parts);
  const asked = askUnix(server.path, { method: 'GET', path: '/', signal });
  await expect(asked).rejects.toBeInstanceOf(NoAnswerError);
});

test('where nobody listens there is no answer', async () => {
  const path = join(folder, 'nobody');
  await expect(askUnix(path, { method: 'GET', path: '/', signal })).rejects.toBeInstanceOf(
    NoAnswerError,
  );
  await expect(readUnixLines(path, '/', signal).next()).rejects.toBeInstanceOf(NoAnswerError);
});

test('lines come as they are written, however they are cut', async () => {
  const text = Buffer.from('HTTP/1.1 200 OK\r\n\r\n{"a":"é"}\n{"a":"b"}\n');
  using server = await saying(...Array.from(text, (byte) => Buffer.of(byte)));
  const lines: unknown[] = [];
  for await (const line of readUnixLines(server.path, '/', signal)) lines.push(line);
  expect(lines).toEqual([{ a: 'é' }, { a: 'b' }]);
});

test('an interrupt ends the waiting with its own reason', async () => {
  const path = join(folder, 'silent');
  const interrupt = new AbortController();
  const server = createServer(() => interrupt.abort(new Error('interrupted')));
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  const asked = { method: 'GET', path: '/', signal: interrupt.signal } as const;
  await expect(askUnix(path, asked)).rejects.toThrow('interrupted');
  server.close();
});
