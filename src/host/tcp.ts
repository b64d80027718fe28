import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

import { errorCodeOf } from './error-code.ts';

/** A host name or address without brackets, and a port. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Connects.
 *
 * @throws the system's error (`ECONNREFUSED` …), or `signal.reason` when aborted.
 */
export async function connectTcp(address: TcpAddress, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connect(address);
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw error;
  }
}

/** True when somebody accepts connections there. */
export async function acceptsTcp(address: TcpAddress, signal: AbortSignal): Promise<boolean> {
  try {
    (await connectTcp(address, signal)).destroy();
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

export type ListenCheck =
  | { readonly kind: 'free' }
  /** As the system calls it: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`. */
  | { readonly kind: 'refused'; readonly code: string };

/** Tries to listen there, and stops at once. */
export async function canListen(address: TcpAddress): Promise<ListenCheck> {
  try {
    await listenOnce(address);
    return { kind: 'free' };
  } catch (error) {
    return { kind: 'refused', code: errorCodeOf(error) ?? 'EUNKNOWN' };
  }
}

/** A port of `host` on which nobody listens now. */
export async function freePort(host: string): Promise<number> {
  return listenOnce({ host, port: 0 });
}

async function listenOnce({ host, port }: TcpAddress): Promise<number> {
  const server = createServer();
  server.listen({ host, port, exclusive: true, ipv6Only: host.includes(':') });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
}
