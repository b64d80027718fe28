import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

import type { TcpAddress } from './tcp.ts';

/** An open port. */
export interface Listener {
  readonly port: number;
  /** Stops accepting, and ends what is connected. */
  close(): void;
}

/**
 * Listens, and hands over each connection. Port 0: the system chooses one.
 *
 * @throws the system's error (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL` …) when it cannot listen.
 */
export async function listenTcp(
  { host, port }: TcpAddress,
  onClient: (client: Socket) => void,
): Promise<Listener> {
  const clients = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    onClient(client);
  });
  server.listen({ host, port, ipv6Only: host.includes(':') });
  await once(server, 'listening');
  // Too many open files and the like: the system refuses that one connection, the port stays open.
  server.on('error', () => {});
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
}
