import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

import type { TcpAddress } from './tcp.ts';

/** An open port whose connections are passed on. */
export interface Forward {
  /** Stops accepting. What is connected stays so until one side ends it. */
  close(): Promise<void>;
  /** Connections, or conversations of UDP, at this moment. */
  open(): number;
}

export interface ForwardOptions {
  readonly listen: TcpAddress;
  /** Asked for each new connection. */
  readonly target: () => TcpAddress;
}

/**
 * Listens, and passes the bytes of each connection to `target` and back, at the speed of the slower side. When one side
 * has finished sending, the other is told and may go on.
 *
 * @throws the system's error (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL` …) when it cannot listen.
 */
export async function forwardTcp({ listen, target }: ForwardOptions): Promise<Forward> {
  let open = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    open += 1;
    client.once('close', () => {
      open -= 1;
    });
    const upstream = connect({ ...target(), allowHalfOpen: true, noDelay: true });
    join(client, upstream);
    join(upstream, client);
  });
  server.listen({ ...listen, backlog: 1024, ipv6Only: listen.host.includes(':') });
  await once(server, 'listening');
  // Too many open files and the like: the system refuses that one connection, the port stays open.
  server.on('error', () => {});
  return {
    open: () => open,
    close: async () => {
      // Its callback waits for the last connection; the port is free before that.
      server.close();
    },
  };
}

/** Passes what `from` sends to `to`. */
function join(from: Socket, to: Socket): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.once('end', () => to.end());
  from.on('error', () => to.resetAndDestroy());
  from.once('close', () => {
    // After an orderly end both directions are finished already; otherwise there is nobody left to send to.
    if (!from.readableEnded) to.destroy();
  });
}
