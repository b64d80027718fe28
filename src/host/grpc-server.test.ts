import { once } from 'node:events';
import { connect as connectHttp2, constants } from 'node:http2';
import { connect, createServer } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { GrpcError, type GrpcMethod, serveGrpc } from './grpc-server.ts';

const framed = (text: string): Buffer => {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(Buffer.byteLength(text), 1);
  return Buffer.concat([header, Buffer.from(text)]);
};

/** Asks a server of `methods` over a connection that is open already. */
async function ask(methods: ReadonlyMap<string, GrpcMethod>, path: string, sent: Buffer) {
  const server = createServer((socket) => serveGrpc(socket, methods)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = connectHttp2('http://localhost', {
    createConnection: () => connect(port, '127.0.0.1'),
  });
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const stream = client.request({ ':method': constants.HTTP2_METHOD_POST, ':path': path });
  const trailers = once(stream, 'trailers');
  // In two parts, so that no message comes whole.
  stream.write(sent.subarray(0, 3));
  stream.end(sent.subarray(3));
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const [headers] = (await trailers) as [Readonly<Record<string, string>>];
  return { answer: Buffer.concat(chunks).toString(), headers };
}

const methods = new Map<string, GrpcMethod>([
  [
    '/test/Echo',
    async function* (messages) {
      for await (const message of messages) yield Buffer.from(`${message.toString()}!`);
    },
  ],
  [
    '/test/First',
    async function* (messages) {
      for await (const message of messages) {
        yield message;
        return;
      }
    },
  ],
  [
    '/test/None',
    // oxlint-disable-next-line require-yield -- it has no answer
    async function* (messages) {
      for await (const message of messages) throw new GrpcError(5, `no ${message.toString()}: ü`);
    },
  ],
]);

test('each message is answered as it comes', async () => {
  const { answer, headers } = await ask(
    methods,
    '/test/Echo',
    Buffer.concat([framed('one'), framed(''), framed('x'.repeat(100_000))]),
  );
  expect(answer).toBe(
    `${framed('one!').toString()}${framed('!').toString()}${framed(`${'x'.repeat(100_000)}!`).toString()}`,
  );
  expect(headers['grpc-status']).toBe('0');
});

test('who has heard enough still answers', async () => {
  const two = Buffer.concat([framed('one'), framed('two')]);
  const { answer, headers } = await ask(methods, '/test/First', two);
  expect([answer, headers['grpc-status']]).toEqual([framed('one').toString(), '0']);
});

test.each([
  ['a refusal says its status and its words', '/test/None', '5', 'no%20such%3A%20%C3%BC'],
  ['a method that is not there is said to be so', '/test/Other', '12', 'no%20such%20method'],
])('%s', async (...[, path, status, message]) => {
  const { headers } = await ask(methods, path, framed('such'));
  expect([headers['grpc-status'], headers['grpc-message']]).toEqual([status, message]);
});
