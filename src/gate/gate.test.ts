import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { freePort } from '../host/tcp.ts';
import { Gate } from './gate.ts';
import type { Route } from './route.ts';

const host = '127.0.0.1';
let gate: Gate;
let servers: Server[];

beforeEach(() => {
  gate = new Gate();
  servers = [];
});
afterEach(async () => {
  await gate.close();
  for (const server of servers) server.close();
});

async function serving(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  servers.push(server);
  const port = await freePort(host);
  server.listen(port, host);
  await once(server, 'listening');
  return port;
}

/** Sends, says that it has finished, and gives everything that comes back. */
async function exchange(port: number, sent: string | Buffer): Promise<Buffer> {
  const socket = connect({ port, host, allowHalfOpen: true });
  socket.end(sent);
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const greeting = (word: string) => (socket: Socket) => {
  socket.end(word);
  socket.resume();
};
const echo = (socket: Socket): void => {
  socket.pipe(socket);
};
const route = (listen: number, to: number): Route => ({
  listen: { host, port: listen },
  to: { host, port: to },
});

describe('a route', () => {
  test('passes every byte in both directions, and the end of each', async () => {
    const port = await freePort(host);
    await gate.set([route(port, await serving(echo))]);
    const sent = Buffer.alloc(5_000_000, 'bowline ');
    const received = await exchange(port, sent);
    expect(received.equals(sent)).toBe(true);
  });

  test('an answer may come after the client has finished sending', async () => {
    const port = await freePort(host);
    const late = await serving((socket) => {
      socket.resume().once('end', () => socket.end('after your end'));
    });
    await gate.set([route(port, late)]);
    expect(String(await exchange(port, 'request'))).toBe('after your end');
  });

  test('what is not read is not taken', async () => {
    const port = await freePort(host);
    let taken = 0;
    const endless = await serving((socket) => {
      const chunk = Buffer.alloc(1 << 16);
      const write = (): void => {
        while (taken < 1 << 28 && socket.write(chunk)) taken += chunk.length;
      };
      socket.on('drain', write).on('error', () => {});
      write();
    });
    await gate.set([route(port, endless)]);
    const socket = connect(port, host);
    await once(socket, 'readable');
    // The pipe is full when nothing more has been taken between two looks.
    for (let before = -1; before !== taken;) {
      before = taken;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(taken).toBeLessThan(1 << 26);
    socket.destroy();
  });

  test('a client of a service that does not listen is told at once', async () => {
    const port = await freePort(host);
    await gate.set([route(port, await freePort(host))]);
    await expect(exchange(port, 'hello')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('a new target gets the new connections, what is connected stays where it is', async () => {
    const port = await freePort(host);
    const old = await serving(echo);
    await gate.set([route(port, old)]);
    const socket = connect(port, host);
    socket.write('a');
    expect(String((await once(socket, 'data'))[0])).toBe('a');
    await gate.set([route(port, await serving(greeting('new')))]);
    expect(String(await exchange(port, ''))).toBe('new');
    socket.write('b');
    expect(String((await once(socket, 'data'))[0])).toBe('b');
    socket.destroy();
  });

  test('listens on ::1 too where it is asked to', async () => {
    const port = await freePort(host);
    const to = { host, port: await serving(greeting('six')) };
    const answer = await gate.set([
      { listen: { host: '127.0.0.1', port }, to },
      { listen: { host: '::1', port }, to, optional: true },
    ]);
    expect(answer.applied).toBe(true);
    if (answer.results.some(({ kind }) => kind === 'refused')) return;
    const socket = connect(port, '::1');
    expect(String((await once(socket, 'data'))[0])).toBe('six');
    socket.destroy();
  });

  test('passes datagrams and their answers', async () => {
    const service = createSocket('udp4');
    service.on('message', (text, { port, address }) =>
      service.send(`${String(text)}!`, port, address),
    );
    service.bind(0, host);
    await once(service, 'listening');
    const port = await freePort(host);
    const to = { host, port: service.address().port };
    const udp: Route = { listen: { host, port }, to, protocol: 'udp' };
    expect(await gate.set([udp])).toMatchObject({ applied: true });
    const client = createSocket('udp4');
    client.send('ping', port, host);
    expect(String((await once(client, 'message'))[0])).toBe('ping!');
    client.close();
    service.close();
  });
});

describe('a set of routes', () => {
  test('is taken as a whole or not at all', async () => {
    const taken = await serving(greeting('other'));
    const [kept, fresh] = [await freePort(host), await freePort(host)];
    const to = await serving(greeting('mine'));
    await gate.set([route(kept, to)]);
    const answer = await gate.set([route(fresh, to), route(taken, to)]);
    expect(answer).toEqual({
      applied: false,
      results: [
        { kind: 'ok', route: route(fresh, to) },
        { kind: 'refused', route: route(taken, to), error: 'EADDRINUSE' },
      ],
    });
    expect(gate.routes).toEqual([route(kept, to)]);
    expect(String(await exchange(kept, ''))).toBe('mine');
    await expect(exchange(fresh, '')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('frees the ports that are no longer in it', async () => {
    const port = await freePort(host);
    await gate.set([route(port, await serving(echo))]);
    await gate.set([]);
    await expect(exchange(port, '')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('may move a port from all addresses to one', async () => {
    const port = await freePort(host);
    const to = { host, port: await serving(greeting('moved')) };
    await gate.set([{ listen: { host: '0.0.0.0', port }, to }]);
    expect(await gate.set([{ listen: { host, port }, to }])).toMatchObject({ applied: true });
    expect(String(await exchange(port, ''))).toBe('moved');
  });

  test('that is resumed gets a port as soon as it is free', async () => {
    const other = createServer().listen(0, host);
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const wanted = route(port, await serving(greeting('mine')));
    await gate.resume([wanted]);
    expect(gate.results).toMatchObject([{ kind: 'refused', error: 'EADDRINUSE' }]);
    other.close();
    await once(other, 'close');
    await gate.retry();
    expect(String(await exchange(port, ''))).toBe('mine');
  });
});
