import { Hono } from 'hono';
import type { Database } from './database.ts';
import { page } from './page.ts';
import type { Settings } from './settings.ts';
import { appStatus, readDatabaseStatus, readHealth, type Status } from './status.ts';
import { STYLE_HASH } from './style.ts';

export interface AppOptions {
  readonly settings: Settings;
  readonly database: Database;
  /** Names of the migrations that belong to this build. */
  readonly shipped: readonly string[];
}

const CONTENT_POLICY = `default-src 'none'; style-src '${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function createApp({ settings, database, shipped }: AppOptions): Hono {
  const readStatus = async (): Promise<Status> => ({
    database: await readDatabaseStatus(database, shipped),
    app: appStatus(settings),
    askedAt: new Date().toISOString(),
  });
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('Cache-Control', 'no-store');
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
  });
  app.get('/', async (context) => {
    context.header('Content-Security-Policy', CONTENT_POLICY);
    return context.html(page(await readStatus()));
  });
  app.get('/healthz', async (context) => {
    const health = await readHealth(database, shipped);
    return context.json(health, health.kind === 'ok' ? 200 : 503);
  });
  app.get('/api/status', async (context) => context.json(await readStatus()));
  app.notFound((context) => context.text('not found\n', 404));
  return app;
}
