import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.ts';
import { type Database, openDatabase } from './database.ts';
import { followConnections } from './drain.ts';
import { codeOf } from './failure-reason.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { ToPrimary, ToWorker } from './messages.ts';
import { shippedMigrations } from './migrations.ts';
import type { Settings } from './settings.ts';

/** Longer than a proxy keeps an idle connection, so that the proxy closes first and never races. */
const KEEP_ALIVE_MS = 75_000;

/** Milliseconds to say goodbye to the database. */
const GOODBYE_MS = 500;

/** Serves until the primary says `drain` and disconnects. */
export function runWorker(settings: Settings): void {
  const database = openDatabase(settings.database);
  const app = createApp({ settings, database, shipped: shippedMigrations() });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const connections = followConnections(server);

  server.once('error', (error) => {
    tell({ kind: 'cannot-listen', reason: listenReason(error) });
  });
  server.listen(settings.port, () => {
    const heartbeat = startHeartbeat(database, settings);
    process.once('disconnect', () => {
      heartbeat.stop();
      void leave(database);
    });
  });

  process.on('message', (message: ToWorker) => {
    if (message.kind === 'ping') tell({ kind: 'pong' });
    else connections.drain();
  });
  process.on('SIGINT', () => undefined); // a Ctrl-C reaches the primary too, which then tells us
  process.on('SIGTERM', () => tell({ kind: 'retire' }));
}

async function leave(database: Database): Promise<void> {
  setTimeout(() => process.exit(0), GOODBYE_MS).unref();
  await database.close().catch(() => undefined);
  process.exit(0);
}

function tell(message: ToPrimary): void {
  if (process.connected) process.send?.(message);
}

function listenReason(error: Error): string {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') return 'another program uses it';
  if (code === 'EACCES') return 'permission denied';
  return error.message;
}
