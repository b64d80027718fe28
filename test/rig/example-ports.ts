import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';

/** Nobody else listens there; who does among the tests has the ports of the examples. */
const TURNSTILE = { host: '127.0.0.1', port: 18_764 } as const;

/**
 * The ports that the examples publish, 8000 and 8001, for one test at a time: suites of several engines run beside each
 * other. Waits until the test that has them is through with them.
 */
export async function takeExamplePorts(): Promise<AsyncDisposable> {
  for (;;) {
    const server = await listening();
    if (server !== undefined) return { [Symbol.asyncDispose]: () => closed(server) };
    await holderGone();
  }
}

async function listening(): Promise<Server | undefined> {
  const waiting = new Set<{ destroy: () => void }>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => socket.destroy());
  });
  server.once('close-waiting', () => {
    for (const socket of waiting) socket.destroy();
  });
  try {
    server.listen(TURNSTILE);
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

async function closed(server: Server): Promise<void> {
  const gone = once(server, 'close');
  server.close();
  server.emit('close-waiting');
  await gone;
}

/** Who waits is connected to the one who has them, and so is told. */
async function holderGone(): Promise<void> {
  const socket = connect(TURNSTILE);
  socket.on('error', () => socket.destroy());
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
}
