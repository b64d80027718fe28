import type { Client } from 'pg';

export interface SqlPlace {
  /** Address, or the folder of the server's socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
}

/** Milliseconds. */
const connectTimeoutMs = 10_000;

/**
 * Opens a connection, hands it over, and closes it.
 *
 * @throws the server's error, which has a `code` such as `28P01`, or the system's.
 */
export async function withSql<T>(
  place: SqlPlace,
  signal: AbortSignal,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    ...place,
    password: place.password ?? '',
    application_name: 'bowline',
    connectionTimeoutMillis: connectTimeoutMs,
    ssl: false,
  });
  // A connection that breaks later rejects its queries; without a listener it would end the program.
  client.on('error', () => {});
  const abort = (): void => void client.end();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await client.connect();
    return await use(client);
  } finally {
    signal.removeEventListener('abort', abort);
    await client.end().catch(() => {});
    signal.throwIfAborted();
  }
}
