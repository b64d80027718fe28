import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';

import { expect, onTestFinished, test } from 'vitest';

import type { Connection } from '../engine/connection.ts';
import { systemClock } from '../host/clock.ts';
import { NotReachedError } from '../model/not-reached.ts';
import { openTunnel } from './tunnel.ts';

const host = '127.0.0.1';

test('passes both directions on until both have ended', async () => {
  const echo = await serverOf((socket) => void socket.pipe(socket));
  const { ask } = await tunnelTo([echo]);
  expect(await ask('x'.repeat(3_000_000))).toBe('x'.repeat(3_000_000));
});

test('the port stays when a copy goes, and leads to the next one', async () => {
  const [one, other] = [
    await serverOf((socket) => socket.end('one')),
    await serverOf((socket) => socket.end('other')),
  ];
  const copies = [one];
  const { ask, troubles } = await tunnelTo(copies);
  expect(await ask('hello')).toBe('one');
  one.close();
  copies.splice(0, 1);
  const waiting = ask('hello');
  await troubles.next();
  copies.push(other);
  expect(await waiting).toBe('other');
});

test('what was said to a copy that did not take it is said again to another', async () => {
  const deaf = await serverOf(() => {});
  const echo = await serverOf((socket) => void socket.pipe(socket));
  const { ask } = await tunnelTo([deaf, echo], { refusing: new Set([deaf]) });
  expect(await ask('first words')).toBe('first words');
});

test('what was answered is not said again: the connection breaks off', async () => {
  const asked: string[] = [];
  const broken = await serverOf((socket) => {
    socket
      .on('error', () => {})
      .on('data', (chunk: Buffer) => {
        asked.push(String(chunk));
        socket.write('half');
        socket.resetAndDestroy();
      });
  });
  const { ask } = await tunnelTo([broken]);
  expect(['half', 'ECONNRESET', '']).toContain(
    await ask('hello').catch((error: NodeJS.ErrnoException) => error.code),
  );
  expect(asked).toEqual(['hello']);
});

async function serverOf(serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, serve).listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

interface Tunnelled {
  /** Says something, and gives all of the answer. */
  readonly ask: (said: string) => Promise<string>;
  readonly troubles: { readonly next: () => Promise<unknown> };
}

/** A tunnel to the first server of the list that is not to be avoided. */
async function tunnelTo(
  servers: readonly Server[],
  { refusing = new Set<Server>() }: { readonly refusing?: ReadonlySet<Server> } = {},
): Promise<Tunnelled> {
  const end = new AbortController();
  const heard: (() => void)[] = [];
  const tunnel = await openTunnel({
    listen: { host, port: 0 },
    clock: systemClock,
    signal: end.signal,
    onTrouble: () => heard.splice(0).forEach((tell) => tell()),
    connect: async (after) => {
      const server = servers.find((each) => !after.has(portOf(each)));
      if (server === undefined) throw new NotReachedError('nobody is there');
      return connectionTo(server, refusing.has(server));
    },
  });
  onTestFinished(() => {
    end.abort();
    tunnel.close();
  });
  return {
    troubles: { next: () => new Promise<void>((resolve) => heard.push(resolve)) },
    async ask(said) {
      const socket = connect({ host, port: tunnel.port, allowHalfOpen: true });
      socket.end(said);
      return text(socket);
    },
  };
}

async function connectionTo(server: Server, isRefusing: boolean): Promise<Connection> {
  const replica = portOf(server);
  if (isRefusing) return { replica, stream: refusal() };
  const stream = connect({ host, port: Number(replica), allowHalfOpen: true });
  await once(stream, 'connect');
  return { replica, stream };
}

/** As a cluster does it: the connection is there, and fails when the pod has not taken it. */
function refusal(): Duplex {
  return new Duplex({
    read: () => {},
    write(_chunk, _encoding, done) {
      done(new NotReachedError('connection refused'));
    },
  });
}

function portOf(server: Server): string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? String(address.port) : 'none';
}
