import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Milliseconds without a request after which a connection is closed during a drain. A client that
 * is about to use its connection again gets its answer, with `Connection: close`; only then is it
 * certain that no request is on its way to a closed door.
 */
const IDLE_MS = 200;
const LOOK_EVERY_MS = 25;

/** Follows the connections of `server`, so that `drain` can close each at a harmless moment. */
export function followConnections(server: Server): { drain(): void } {
  const usedAtMs = new Map<Socket, number>();
  const running = new Set<ServerResponse>();
  let draining = false;

  server.on('connection', (socket) => {
    usedAtMs.set(socket, performance.now());
    socket.once('close', () => usedAtMs.delete(socket));
  });
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    running.add(response);
    if (draining) response.shouldKeepAlive = false;
    response.once('close', () => {
      running.delete(response);
      if (usedAtMs.has(socket)) usedAtMs.set(socket, performance.now());
    });
  });
  // close() would cut every idle connection at once, the ones about to be used too.
  server.closeIdleConnections = () => undefined;

  const closeIdle = (): void => {
    const busy = new Set([...running].map(({ req }) => req.socket));
    for (const [socket, atMs] of usedAtMs) {
      if (!busy.has(socket) && performance.now() - atMs >= IDLE_MS) socket.end();
    }
  };
  return {
    drain() {
      if (draining) return;
      draining = true;
      for (const response of running) response.shouldKeepAlive = false;
      closeIdle();
      setInterval(closeIdle, LOOK_EVERY_MS).unref();
    },
  };
}
