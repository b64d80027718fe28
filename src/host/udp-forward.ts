import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

import type { Forward, ForwardOptions } from './tcp-forward.ts';

/** Milliseconds of silence after which a conversation is forgotten. */
const idleMs = 90_000;

/**
 * Passes the datagrams of each sender to `target` through a socket of its own, and the answers back.
 *
 * @throws the system's error when it cannot listen.
 */
export async function forwardUdp({ listen, target }: ForwardOptions): Promise<Forward> {
  const server = createSocket({ type: typeOf(listen.host), ipv6Only: listen.host.includes(':') });
  const conversations = new Map<string, Conversation>();
  server.bind({ address: listen.host, port: listen.port, exclusive: true });
  await once(server, 'listening');
  server.on('error', () => {});
  server.on('message', (message, from) => {
    const key = `${from.address} ${from.port}`;
    const known = conversations.get(key) ?? begin(server, from, () => conversations.delete(key));
    conversations.set(key, known);
    known.timer.refresh();
    const { host, port } = target();
    known.socket.send(message, port, host);
  });
  return {
    open: () => conversations.size,
    close: async () => {
      for (const { timer, socket } of conversations.values()) {
        clearTimeout(timer);
        socket.close();
      }
      conversations.clear();
      server.close();
    },
  };
}

interface Conversation {
  readonly socket: Socket;
  readonly timer: NodeJS.Timeout;
}

function begin(
  server: Socket,
  from: { readonly address: string; readonly port: number },
  forget: () => void,
): Conversation {
  const socket = createSocket(typeOf(from.address));
  const timer = setTimeout(() => {
    forget();
    socket.close();
  }, idleMs);
  socket.on('message', (answer) => {
    timer.refresh();
    server.send(answer, from.port, from.address);
  });
  // "Connection refused" from an earlier datagram: UDP promises nothing.
  socket.on('error', () => {});
  return { socket, timer };
}

function typeOf(host: string): 'udp4' | 'udp6' {
  return host.includes(':') ? 'udp6' : 'udp4';
}
