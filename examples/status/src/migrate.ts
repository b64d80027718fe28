import { hostname } from 'node:os';
import { runner } from 'node-pg-migrate';
import { failureReason } from './failure-reason.ts';
import { MIGRATIONS_FOLDER, MIGRATIONS_TABLE } from './migrations.ts';
import { type DatabaseSettings, parseSettings } from './settings.ts';

const parsed = parseSettings(process.env, hostname());
if (parsed.kind === 'wrong') {
  process.stderr.write(`migrate: ${parsed.problem}\n`);
  process.exit(2);
}
process.exit(await migrate(parsed.settings.database));

/** Applies what is pending. Several at once are safe: each waits for the one before it. */
async function migrate(database: DatabaseSettings): Promise<number> {
  const { host, port, name, user, password } = database;
  try {
    const done = await runner({
      databaseUrl: {
        host,
        port,
        database: name,
        user,
        password,
        application_name: 'status-migrate',
        connectionTimeoutMillis: 10_000,
        // Also bounds the wait for another runner. An operator's PGOPTIONS go first.
        options: process.env['PGOPTIONS'] || '-c lock_timeout=60s',
      },
      dir: MIGRATIONS_FOLDER,
      migrationsTable: MIGRATIONS_TABLE,
      direction: 'up',
      advisoryLockMode: 'wait',
      singleTransaction: true,
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
    for (const { name: applied } of done) say(`applied ${applied}`);
    if (done.length === 0) say('nothing to do');
    return 0;
  } catch (error) {
    const where = `database "${name}" at ${host}:${port}`;
    process.stderr.write(`migrate: failed on ${where}: ${failureReason(error, database)}\n`);
    return 1;
  }
}

function say(line: string): void {
  process.stdout.write(`migrate: ${line}\n`);
}

function quiet(): void {}
