import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Nobody else listens there; who does among the tests has the ports of the examples. */
const TURNSTILE = { host: '127.0.0.1', port: 18_764 } as const;

/**
 * The ports that the examples publish, 8000 and 8001, for one test at a time: suites of several engines run beside each
 * other. Waits until the test that has them is through with them.
 */
export async function takeExamplePorts(): Promise<AsyncDisposable> {
  for (;;) {
    const waiting = new Set<Socket>();
    const server = createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => socket.destroy());
    });
    if (await hasTurn(server)) {
      return { [Symbol.asyncDispose]: () => handOn(server, waiting) };
    }
    await holderGone();
  }
}

/** @throws when it is not for another test that this one cannot listen there. */
async function hasTurn(server: Server): Promise<boolean> {
  try {
    server.listen(TURNSTILE);
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
}

async function handOn(server: Server, waiting: ReadonlySet<Socket>): Promise<void> {
  const gone = once(server, 'close');
  server.close();
  for (const socket of waiting) socket.destroy();
  await gone;
}

/** Who waits is connected to the one who has them, and so is told. */
async function holderGone(): Promise<void> {
  const socket = connect(TURNSTILE);
  socket.on('error', () => socket.destroy());
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
}
