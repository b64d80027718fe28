import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Health, Status } from '../src/status.ts';
import { loadUntilRefused } from './load.ts';
import { type Env, freePort, openWire, run, type Running, start, type Wire } from './processes.ts';

const host = process.env['POSTGRES_HOST'] ?? '';
const skipReason = whyNot();
if (skipReason !== undefined) {
  process.stderr.write(`\nSKIPPED: examples/status/test/server.test.ts: ${skipReason}\n\n`);
}

function whyNot(): string | undefined {
  if (host === '') return 'needs a PostgreSQL server, named by POSTGRES_HOST and so on';
  const built = existsSync(join(import.meta.dirname, '..', 'dist', 'main.js'));
  return built ? undefined : 'needs a build: npm run build';
}

describe.skipIf(skipReason !== undefined)('on a real server', { timeout: 30_000 }, () => {
  const server = {
    host,
    port: Number(process.env['POSTGRES_PORT'] ?? 5432),
    user: process.env['POSTGRES_USER'] ?? '',
    password: process.env['POSTGRES_PASSWORD'] ?? '',
  };
  const database = `status_test_${process.pid}`;
  const emptyDatabase = `${database}_empty`;
  let wire: Wire;
  let env: Env;
  let url: string;
  let app: Running | undefined;

  beforeAll(async () => {
    await administer(`CREATE DATABASE ${database}`);
    await administer(`CREATE DATABASE ${emptyDatabase}`);
    expect(await run('migrate.js', envOf(server.port))).toMatchObject({ code: 0 });
  });

  afterAll(async () => {
    await administer(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await administer(`DROP DATABASE IF EXISTS ${emptyDatabase} WITH (FORCE)`);
  });

  afterEach(async () => {
    if (app !== undefined) await app.stop('SIGKILL');
    app = undefined;
  });

  async function administer(sql: string): Promise<void> {
    const client = new Client({ ...server, database: process.env['POSTGRES_DB'] ?? 'postgres' });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }

  function envOf(port: number): Env {
    return {
      POSTGRES_HOST: server.host,
      POSTGRES_PORT: String(port),
      POSTGRES_DB: database,
      POSTGRES_USER: server.user,
      POSTGRES_PASSWORD: server.password,
    };
  }

  async function startApp(more: Env = {}): Promise<Running> {
    wire = await openWire(server);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    env = { ...envOf(wire.port), POSTGRES_HOST: '127.0.0.1', PORT: String(port), ...more };
    app = start('main.js', env);
    await app.said(/is listening on port/);
    return app;
  }

  async function healthz(): Promise<{ status: number; health: Health; tookMs: number }> {
    const askedAtMs = performance.now();
    const response = await fetch(`${url}/healthz`, { headers: { connection: 'close' } });
    const health = (await response.json()) as Health;
    return { status: response.status, health, tookMs: performance.now() - askedAtMs };
  }

  async function status(): Promise<Status> {
    const response = await fetch(`${url}/api/status`, { headers: { connection: 'close' } });
    return (await response.json()) as Status;
  }

  test('without migrations it is not healthy; with them it is; again there is nothing to do', async () => {
    await startApp({ POSTGRES_DB: emptyDatabase });
    expect(await healthz()).toMatchObject({ status: 503, health: { kind: 'migrations-pending' } });
    const [first, second] = await Promise.all([run('migrate.js', env), run('migrate.js', env)]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect([first.output, second.output].toSorted()[1]).toBe('migrate: nothing to do\n');
    expect(await healthz()).toMatchObject({ status: 200, health: { kind: 'ok' } });
    expect(await (await fetch(url)).text()).toContain('database: ok');
    expect(await status()).toMatchObject({
      database: { kind: 'ok', name: emptyDatabase, migrations: { pending: [] } },
      app: { release: 'dev', workers: 3 },
    });
  });

  test('a migration of a newer release does no harm', async () => {
    await startApp();
    const client = new Client({ ...server, database });
    await client.connect();
    await client.query(
      `INSERT INTO pgmigrations (name, run_on) VALUES ('20990101000000000_later', now())`,
    );
    expect(await healthz()).toMatchObject({ status: 200 });
    expect(await run('migrate.js', env)).toEqual({ code: 0, output: 'migrate: nothing to do\n' });
    await client.query(`DELETE FROM pgmigrations WHERE name LIKE '2099%'`);
    await client.end();
  });

  test('when the database goes away the health says why, and when it is back it is healthy', async () => {
    await startApp();
    expect(await healthz()).toMatchObject({ status: 200 });
    await wire.cut();
    expect(await healthz()).toMatchObject({
      status: 503,
      health: { reason: 'connection refused' },
    });
    expect(await (await fetch(url)).text()).toContain('database: unreachable');
    await wire.mend();
    expect(await healthz()).toMatchObject({ status: 200 });
    expect(app?.output()).not.toContain('died');
  });

  test('a database that hangs is reported within two seconds', async () => {
    await startApp({ WEB_CONCURRENCY: '1' });
    expect(await healthz()).toMatchObject({ status: 200 });
    wire.freeze();
    const { status: code, health, tookMs } = await healthz();
    expect({ code, health }).toMatchObject({ code: 503, health: { reason: 'no answer in time' } });
    expect(tookMs).toBeLessThan(2200);
    await wire.cut();
    await wire.mend();
    expect(await healthz()).toMatchObject({ status: 200 });
  });

  test('a wrong password is called that', async () => {
    await startApp({ POSTGRES_PASSWORD: 'wrong' });
    expect((await healthz()).health).toMatchObject({
      reason: `password refused for user "${server.user}"`,
    });
  });

  // Without keep-alive, connections that wait to be taken when the port closes cannot be saved: at
  // most one for each worker here. A proxy that keeps its connections open never sees that.
  test.each([
    { clients: 'that keep their connections', keepAlive: true, untakenAtMost: 0 },
    { clients: 'that connect for each request', keepAlive: false, untakenAtMost: 3 },
  ])('SIGTERM under load of clients $clients loses no request', async (how) => {
    const running = await startApp();
    const load = loadUntilRefused(`${url}/healthz`, { clients: 12, keepAlive: how.keepAlive });
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(await running.stop('SIGTERM')).toBe(0);
    const { answered, failed, untaken } = await load;
    expect(failed).toEqual({});
    expect(untaken).toBeLessThanOrEqual(how.untakenAtMost);
    expect(answered).toBeGreaterThan(50);
  });

  test('a request that runs when the stop begins is answered, with Connection: close', async () => {
    const running = await startApp();
    await healthz();
    wire.freeze();
    const answer = fetch(`${url}/healthz`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const code = running.stop('SIGINT');
    const response = await answer;
    expect([response.status, response.headers.get('connection')]).toEqual([503, 'close']);
    expect(await code).toBe(0);
  });

  test('a second signal ends at once', async () => {
    const running = await startApp();
    await healthz();
    wire.freeze();
    const answer = fetch(`${url}/healthz`).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 200));
    running.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await running.stop('SIGTERM')).toBe(143);
    expect(await answer).toBeInstanceOf(Error);
  });

  test('a worker that was killed is replaced', async () => {
    const running = await startApp();
    process.kill((await status()).app.workerPid, 'SIGKILL');
    await running.said(/died \(SIGKILL\), starting another/);
    expect(await healthz()).toMatchObject({ status: 200 });
  });

  test('a worker that gives no answer is killed and replaced', async () => {
    const running = await startApp({ WORKER_TIMEOUT: '1', WEB_CONCURRENCY: '2' });
    const { workerPid } = (await status()).app;
    process.kill(workerPid, 'SIGSTOP');
    await running.said(new RegExp(`worker ${workerPid} gave no answer for 1 s`));
    await running.said(new RegExp(`worker ${workerPid} died .* starting another`));
    expect(await healthz()).toMatchObject({ status: 200 });
  });

  test('a worker that gets SIGTERM is replaced without a lost request', async () => {
    const running = await startApp();
    const load = loadUntilRefused(`${url}/healthz`, { clients: 6, keepAlive: true });
    const { workerPid } = (await status()).app;
    process.kill(workerPid, 'SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(() => process.kill(workerPid, 0)).toThrow('ESRCH');
    expect(await running.stop('SIGTERM')).toBe(0);
    expect((await load).failed).toEqual({});
  });

  test('a port that is taken is one clear line', async () => {
    await startApp();
    const { code, output } = await run('main.js', env);
    expect(code).toBe(1);
    expect(output).toBe(
      `status: cannot listen on port ${env['PORT'] ?? ''}: another program uses it\n`,
    );
  });
});

test.skipIf(skipReason !== undefined)(
  'without settings it names them and leaves with 2',
  async () => {
    const problem =
      'missing environment variables: POSTGRES_HOST, POSTGRES_DB, POSTGRES_USER, POSTGRES_PASSWORD';
    expect(await run('main.js', {})).toEqual({ code: 2, output: `status: ${problem}\n` });
    expect(await run('migrate.js', {})).toEqual({ code: 2, output: `migrate: ${problem}\n` });
  },
);
