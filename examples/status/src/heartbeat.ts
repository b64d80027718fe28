import type { ClientBase } from 'pg';
import type { Database } from './database.ts';
import type { Settings } from './settings.ts';

const EVERY_MS = 5000;

/** Rows that the table keeps, whatever the number of workers. */
export const KEPT_ROWS = 200;

// The identity column only grows, so "the newest 200" is a comparison, not a count.
const BEAT = `
  WITH beat AS (
    INSERT INTO heartbeat (replica, release, worker_pid) VALUES ($1, $2, $3) RETURNING id
  )
  DELETE FROM heartbeat WHERE id <= (SELECT id FROM beat) - ${KEPT_ROWS}`;

export interface Heartbeat {
  readonly replica: string;
  readonly release: string;
  readonly workerPid: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Writes a row now and every five seconds, until stopped. A database that is away is waited for. */
export function startHeartbeat(
  database: Database,
  { replica, release }: Settings,
): { stop(): void } {
  const beat = (): void => {
    void database.ask((client) => client.query(BEAT, [replica, release, process.pid]));
  };
  beat();
  const timer = setInterval(beat, EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

interface HeartbeatRow {
  readonly replica: string;
  readonly release: string;
  readonly worker_pid: number;
  readonly at: Date;
}

/** The newest rows, newest first. */
export async function readHeartbeats(
  client: ClientBase,
  count: number,
): Promise<readonly Heartbeat[]> {
  const sql = 'SELECT replica, release, worker_pid, at FROM heartbeat ORDER BY id DESC LIMIT $1';
  const { rows } = await client.query<HeartbeatRow>(sql, [count]);
  return rows.map(({ replica, release, worker_pid, at }) => ({
    replica,
    release,
    workerPid: worker_pid,
    at: at.toISOString(),
  }));
}
