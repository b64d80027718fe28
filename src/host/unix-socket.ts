import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection to a socket of this machine. */
export async function connectSocket(path: string, signal: AbortSignal): Promise<Socket> {
  const socket = connect(path);
  await once(socket, 'connect', { signal });
  return socket;
}
