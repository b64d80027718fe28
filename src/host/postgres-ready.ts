import { connect, type Socket } from 'node:net';

/** The answers of `pg_isready`. */
export type PostgresReadiness =
  | 'accepting'
  /** It is there and says that it cannot serve yet, or no more. */
  | 'rejecting'
  | 'no-response'
  /** There is no such place: the name or the path is wrong. */
  | 'no-attempt';

export interface PostgresPlace {
  /** Name or address; with a `/` in front the folder of the server's socket. */
  readonly host: string;
  readonly port: number;
}

/** "The database system is starting up", or shutting down, or recovering. */
const cannotConnectNow = '57P03';

/**
 * Asks a PostgreSQL server whether it takes connections, without credentials: any answer but "not now" is a yes, for a
 * server that wants a password works.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 * @throws `signal.reason` when aborted.
 */
export async function postgresReady(
  { host, port }: PostgresPlace,
  signal: AbortSignal,
): Promise<PostgresReadiness> {
  signal.throwIfAborted();
  const socket = host.startsWith('/')
    ? connect(`${host}/.s.PGSQL.${port}`)
    : connect({ host, port });
  const abort = (): void => {
    socket.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    socket.end(startupPacket());
    const answer = await firstMessage(socket);
    signal.throwIfAborted();
    return answer;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

/** Protocol 3.0 with a user's name, which is the least that a server asks for. */
function startupPacket(): Buffer {
  const parameters = Buffer.from('user\0postgres\0application_name\0bowline\0\0', 'latin1');
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + parameters.length, 0);
  head.writeInt32BE(3 << 16, 4);
  return Buffer.concat([head, parameters]);
}

function firstMessage(socket: Socket): Promise<PostgresReadiness> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const answer = readinessOf(received);
      if (answer !== undefined) resolve(answer);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ENOTFOUND' ? 'no-attempt' : 'no-response');
    });
    socket.on('close', () => resolve('no-response'));
  });
}

/** Absent while the first message is incomplete. */
function readinessOf(received: Buffer): PostgresReadiness | undefined {
  if (received.length < 5) return undefined;
  const kind = String.fromCharCode(received[0] ?? 0);
  if (kind === 'R') return 'accepting';
  if (kind !== 'E') return 'no-response';
  const length = received.readInt32BE(1);
  if (received.length < 1 + length && received.length < 1 << 16) return undefined;
  const fields = received.toString('latin1', 5, 1 + length).split('\0');
  return fields.includes(`C${cannotConnectNow}`) ? 'rejecting' : 'accepting';
}
