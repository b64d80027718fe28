import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';
import { codeOf } from './failure-reason.ts';

export const MIGRATIONS_TABLE = 'pgmigrations';
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url));

const UNDEFINED_TABLE = '42P01';

export interface AppliedMigration {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly appliedAt: string;
  /** False for a migration of a newer release, which this build does not ship. */
  readonly known: boolean;
}

export interface PendingMigration {
  readonly name: string;
  /** When it was written: ISO 8601, UTC, out of its name. */
  readonly createdAt: string;
}

export interface Migrations {
  readonly applied: readonly AppliedMigration[];
  readonly pending: readonly PendingMigration[];
}

/** Names of the migrations that belong to this build, oldest first. */
export function shippedMigrations(folder: string = MIGRATIONS_FOLDER): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .toSorted();
}

/** Compares what this build ships with what the database says. */
export async function readMigrations(
  client: ClientBase,
  shipped: readonly string[],
): Promise<Migrations> {
  const rows = await appliedRows(client);
  const names = new Set(rows.map(({ name }) => name));
  return {
    applied: rows.map(({ name, run_on }) => ({
      name,
      appliedAt: run_on.toISOString(),
      known: shipped.includes(name),
    })),
    pending: shipped
      .filter((name) => !names.has(name))
      .map((name) => ({ name, createdAt: createdAtOf(name) })),
  };
}

interface MigrationRow {
  readonly name: string;
  readonly run_on: Date;
}

async function appliedRows(client: ClientBase): Promise<readonly MigrationRow[]> {
  try {
    const sql = `SELECT name, run_on::timestamptz AS run_on FROM ${MIGRATIONS_TABLE} ORDER BY run_on, id`;
    return (await client.query<MigrationRow>(sql)).rows;
  } catch (error) {
    if (codeOf(error) === UNDEFINED_TABLE) return []; // nothing was ever migrated
    throw error;
  }
}

// "20250901080000000_create-heartbeat" was written on 2025-09-01 at 08:00 UTC.
function createdAtOf(name: string): string {
  return name.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})_.*$/, '$1-$2-$3T$4:$5:$6.$7Z');
}
