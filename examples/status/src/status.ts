import type { ClientBase } from 'pg';
import type { Database } from './database.ts';
import { type Heartbeat, readHeartbeats } from './heartbeat.ts';
import { type Migrations, readMigrations } from './migrations.ts';
import type { Settings } from './settings.ts';

/** What `/api/status` answers and `/` shows. */
export interface Status {
  readonly database: DatabaseStatus;
  readonly app: AppStatus;
  /** When the question was asked: ISO 8601, UTC. */
  readonly askedAt: string;
}

export interface AppStatus {
  readonly release: string;
  readonly replica: string;
  /** The worker process that answered. */
  readonly workerPid: number;
  readonly workers: number;
  readonly nodeVersion: string;
  /** When this worker started: ISO 8601, UTC. */
  readonly startedAt: string;
}

export type DatabaseStatus =
  | ({ readonly kind: 'ok'; readonly address: string } & DatabaseFacts)
  | { readonly kind: 'unreachable'; readonly address: string; readonly reason: string };

export interface DatabaseFacts {
  readonly name: string;
  readonly user: string;
  /** As the server says it, such as "17.10". */
  readonly version: string;
  /** Milliseconds for `SELECT 1` there and back, on an open connection. */
  readonly latencyMs: number;
  readonly sizeBytes: number;
  readonly connections: { readonly used: number; readonly max: number };
  readonly migrations: Migrations;
  /** The newest first. */
  readonly heartbeats: readonly Heartbeat[];
  readonly notice?: string;
}

/** What `/healthz` answers: 200 when `kind` is `ok`, otherwise 503. */
export type Health =
  | { readonly kind: 'ok' }
  | { readonly kind: 'database-unreachable'; readonly address: string; readonly reason: string }
  | { readonly kind: 'migrations-pending'; readonly pending: readonly string[] };

const SHOWN_HEARTBEATS = 8;

/** Healthy: the database answers, and every migration of this build is applied. */
export async function readHealth(database: Database, shipped: readonly string[]): Promise<Health> {
  const answer = await database.ask((client) => readMigrations(client, shipped));
  if (answer.kind === 'unreachable') {
    const address = addressOf(database);
    return { kind: 'database-unreachable', address, reason: answer.reason };
  }
  const pending = answer.value.pending.map(({ name }) => name);
  return pending.length > 0 ? { kind: 'migrations-pending', pending } : { kind: 'ok' };
}

export async function readDatabaseStatus(
  database: Database,
  shipped: readonly string[],
): Promise<DatabaseStatus> {
  const address = addressOf(database);
  const answer = await database.ask((client) => readFacts(client, shipped));
  return answer.kind === 'ok'
    ? { kind: 'ok', address, ...answer.value }
    : { kind: 'unreachable', address, reason: answer.reason };
}

export function appStatus({ release, replica, workers }: Settings): AppStatus {
  return {
    release,
    replica,
    workerPid: process.pid,
    workers,
    nodeVersion: process.versions.node,
    startedAt: new Date(performance.timeOrigin).toISOString(),
  };
}

function addressOf({ settings: { host, port } }: Database): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const FACTS = `
  SELECT current_database() AS name,
         current_user AS user,
         current_setting('server_version') AS version,
         pg_database_size(current_database())::float8 AS size,
         (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
         current_setting('max_connections')::int AS max,
         to_regclass('heartbeat') IS NOT NULL AS has_heartbeats,
         to_regclass('notice') IS NOT NULL AS has_notices`;

interface FactsRow {
  readonly name: string;
  readonly user: string;
  readonly version: string;
  readonly size: number;
  readonly used: number;
  readonly max: number;
  readonly has_heartbeats: boolean;
  readonly has_notices: boolean;
}

async function readFacts(client: ClientBase, shipped: readonly string[]): Promise<DatabaseFacts> {
  const askedAtMs = performance.now();
  await client.query('SELECT 1');
  const latencyMs = Math.round((performance.now() - askedAtMs) * 100) / 100;
  const facts = (await client.query<FactsRow>(FACTS)).rows[0];
  if (facts === undefined) throw new Error('the server gave no facts');
  const migrations = await readMigrations(client, shipped);
  const heartbeats = facts.has_heartbeats ? await readHeartbeats(client, SHOWN_HEARTBEATS) : [];
  const notice = facts.has_notices ? await readNotice(client) : undefined;
  return {
    name: facts.name,
    user: facts.user,
    version: facts.version.split(' ', 1)[0] ?? facts.version,
    latencyMs,
    sizeBytes: facts.size,
    connections: { used: facts.used, max: facts.max },
    migrations,
    heartbeats,
    ...(notice === undefined ? {} : { notice }),
  };
}

async function readNotice(client: ClientBase): Promise<string | undefined> {
  const sql = 'SELECT text FROM notice ORDER BY id DESC LIMIT 1';
  return (await client.query<{ readonly text: string }>(sql)).rows[0]?.text;
}
