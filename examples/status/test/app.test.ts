import { expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import type { Database } from '../src/database.ts';
import { page } from '../src/page.ts';
import type { Settings } from '../src/settings.ts';
import type { Status } from '../src/status.ts';

const settings: Settings = {
  database: { host: 'db', port: 5432, name: 'status', user: 'status', password: 's3cret' },
  port: 8080,
  workers: 3,
  workerTimeoutMs: 30_000,
  release: '<b>7</b>',
  replica: 'web-1',
};

const away: Database = {
  settings: settings.database,
  ask: async () => ({ kind: 'unreachable', reason: 'connection refused' }),
  close: async () => undefined,
};

const app = createApp({ settings, database: away, shipped: [] });

test('the page says that the database is unreachable, where and why', async () => {
  const response = await app.request('/');
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(text).toContain('database: unreachable');
  expect(text).toContain('connection refused');
  expect(text).toContain('db:5432');
  expect(text).not.toContain('database: ok');
});

test('what the operator typed is escaped, and the password is nowhere', async () => {
  const text = await (await app.request('/')).text();
  expect(text).toContain('&lt;b&gt;7&lt;/b&gt;');
  expect(text).not.toContain('s3cret');
});

test('the health is 503 with the reason', async () => {
  const response = await app.request('/healthz');
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    kind: 'database-unreachable',
    address: 'db:5432',
    reason: 'connection refused',
  });
});

test('any other path is not found', async () => {
  expect((await app.request('/admin')).status).toBe(404);
});

test('a pending migration and one of a newer release are told apart', () => {
  const status: Status = {
    database: {
      kind: 'ok',
      address: 'db:5432',
      name: 'status',
      user: 'status',
      version: '17.10',
      latencyMs: 0.4,
      sizeBytes: 7_812_787,
      connections: { used: 4, max: 100 },
      migrations: {
        applied: [
          { name: '1_from-the-future', appliedAt: '2026-01-10T12:00:00.000Z', known: false },
        ],
        pending: [
          { name: '20250901080000000_create-heartbeat', createdAt: '2025-09-01T08:00:00.000Z' },
        ],
      },
      heartbeats: [],
    },
    app: {
      release: '7',
      replica: 'web-1',
      workerPid: 42,
      workers: 3,
      nodeVersion: '20.19.0',
      startedAt: '2026-01-10T11:00:00.000Z',
    },
    askedAt: '2026-01-10T12:00:00.000Z',
  };
  const text = String(page(status));
  expect(text).toContain('database: ok');
  expect(text).toContain('from a newer release');
  expect(text).toContain('1 applied, 1 pending');
  expect(text).toContain('create heartbeat');
});
