import { access, mkdir, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { systemClock } from '../../../host/clock.ts';
import { postgresReady } from '../../../host/postgres-ready.ts';
import { freePort } from '../../../host/tcp.ts';
import { waitUntil } from '../../../host/wait-until.ts';
import { checkCredentials } from './check-credentials.ts';
import { clusterStateOf } from './data-folder.ts';
import type { PostgresService } from './postgres-service.ts';
import { clearForServer, serverProcesses } from './server-processes.ts';
import { withSql } from './sql.ts';
import { makeRig, type Rig } from './testing/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const { signal } = new AbortController();
const speaker = '/usr/local/bin/docker-entrypoint.sh:';

async function findings(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => [],
    (error: { findings?: unknown }) => error.findings ?? error,
  );
}

function dataOf({ views }: PostgresService): string {
  return views[0]?.source ?? '';
}

async function running(service: PostgresService): Promise<{ port: number; sockets: string }> {
  const port = await freePort('127.0.0.1');
  const { sockets } = await rig.start(service, port);
  await waitUntil(
    async () =>
      (await postgresReady({ host: sockets, port }, signal)) === 'accepting' ? true : undefined,
    { clock: systemClock, signal, what: 'the server', everyMs: 5, timeoutMs: 20_000 },
  );
  return { port, sockets };
}

describe('a new database', () => {
  test('has the user, the password and the database of the variables', async () => {
    const service = await rig.service({
      POSTGRES_USER: 'app x',
      POSTGRES_DB: "shop's",
      TZ: 'Europe/Oslo',
    });
    expect(await rig.init(service)).toMatchObject({ changed: true });
    expect(await rig.init(service)).toMatchObject({ changed: false });
    const { port } = await running(service);
    const place = { host: '127.0.0.1', port, user: 'app x', database: "shop's" };
    const query =
      'SELECT current_user, current_database(), pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()';
    const { rows } = await withSql({ ...place, password: 'secret' }, signal, (client) =>
      client.query({ text: query, rowMode: 'array' }),
    );
    expect(rows).toEqual([['app x', "shop's", 'UTF8']]);
    const wrong = withSql({ ...place, password: 'wrong' }, signal, async () => {});
    await expect(wrong).rejects.toMatchObject({ code: '28P01' });
    const zone = await withSql({ ...place, password: 'secret' }, signal, (client) =>
      client.query('SHOW timezone'),
    );
    expect(zone.rows).toEqual([{ TimeZone: 'Europe/Oslo' }]);
  }, 60_000);

  test('made a second time in the same way is another one to whoever keeps its log', async () => {
    const identifiers = new Set<string>();
    for (let round = 0; round < 2; round += 1) {
      const service = await rig.service();
      await rig.init(service);
      const { sockets, port } = await running(service);
      const place = { host: sockets, port, user: 'postgres', database: 'postgres' };
      const { rows } = await withSql(place, signal, (client) =>
        client.query<{ id: string }>(
          'SELECT system_identifier::text AS id FROM pg_control_system()',
        ),
      );
      identifiers.add(rows[0]?.id ?? '');
    }
    expect(identifiers.size).toBe(2);
  }, 60_000);

  test('without a password is refused in the words of the image', async () => {
    const service = await rig.service({ POSTGRES_PASSWORD: '' });
    expect(await findings(rig.init(service))).toMatchObject([
      {
        code: 'postgres/password-missing',
        proof: expect.arrayContaining([
          'Error: Database is uninitialized and superuser password is not specified.',
        ]) as unknown,
      },
    ]);
  });

  test('is not made among the files of somebody else', async () => {
    const service = await rig.service();
    await mkdir(dataOf(service));
    await writeFile(join(dataOf(service), 'thesis.txt'), 'precious');
    expect(await findings(rig.init(service))).toMatchObject([
      { code: 'postgres/folder-not-empty' },
    ]);
    expect(await readFile(join(dataOf(service), 'thesis.txt'), 'utf8')).toBe('precious');
  });

  test('can have its log in another folder', async () => {
    const service = await rig.service({ POSTGRES_INITDB_WALDIR: '/wal' });
    const wal = join(rig.root, 'wal');
    const withWal = {
      ...service,
      views: [...service.views, { source: wal, target: '/wal', readOnly: false }],
    };
    await rig.init(withWal);
    expect(await realpath(join(dataOf(service), 'pg_wal'))).toBe(await realpath(wal));
    await running(withWal);
  }, 60_000);

  test('takes the arguments of initdb, and says what is wrong with them', async () => {
    const service = await rig.service({ POSTGRES_INITDB_ARGS: '--locale=xx_XX.utf8' });
    expect(await findings(rig.init(service))).toMatchObject([
      {
        code: 'postgres/init-failed',
        proof: expect.arrayContaining([expect.stringContaining('xx_XX.utf8')]) as unknown,
        fix: expect.arrayContaining([expect.stringContaining('xx_XX.utf8')]) as unknown,
      },
    ]);
    expect(await clusterStateOf(dataOf(service))).toEqual({ kind: 'absent' });
  }, 60_000);
});

describe('files of a first start', () => {
  test('are run in order, in the words of the image, each with what it may expect', async () => {
    rig.events.length = 0;
    const service = await rig.service(
      { POSTGRES_USER: 'app' },
      {
        '1-table.sql': 'CREATE TABLE t (a int); COPY t FROM stdin;\n1\n2\n\\.\n',
        '2-source.sh':
          'echo "$POSTGRES_USER $POSTGRES_DB $(cat /dev/null)"; docker_process_sql -tAc "SELECT count(*) FROM t"; POSTGRES_DB=postgres',
        '3-where.sql': '\\pset format unaligned\nSELECT current_database() AS d;',
        '4-run.sh': '#!/bin/sh\npsql -tA -U "$POSTGRES_USER" -d app -c "SELECT sum(a) FROM t"\n',
        'notes.txt': '',
        '.hidden.sql': 'SELECT 1/0',
      },
    );
    const run = join(service.views[1]?.source ?? '', '4-run.sh');
    await import('node:fs/promises').then(({ chmod }) => chmod(run, 0o755));
    await rig.init(service);
    expect(rig.output().filter((line) => line !== '')).toEqual([
      `${speaker} running /docker-entrypoint-initdb.d/1-table.sql`,
      'CREATE TABLE',
      'COPY 2',
      `${speaker} sourcing /docker-entrypoint-initdb.d/2-source.sh`,
      'app app ',
      '2',
      `${speaker} running /docker-entrypoint-initdb.d/3-where.sql`,
      'Output format is unaligned.',
      'd',
      'postgres',
      '(1 row)',
      `${speaker} running /docker-entrypoint-initdb.d/4-run.sh`,
      '3',
      `${speaker} ignoring /docker-entrypoint-initdb.d/notes.txt`,
      'PostgreSQL init process complete; ready for start up.',
    ]);
    expect(await serverProcesses(dataOf(service))).toEqual([]);
  }, 60_000);

  test('may be packed', async () => {
    const { gzipSync } = await import('node:zlib');
    const service = await rig.service({}, {});
    const folder = service.views[1]?.source ?? '';
    await writeFile(join(folder, 'a.sql.gz'), gzipSync('CREATE TABLE packed ();'));
    rig.events.length = 0;
    await rig.init(service);
    expect(rig.output()).toContain('CREATE TABLE');
  }, 60_000);

  test('leave nothing behind when one of them fails, and the next start begins anew', async () => {
    const service = await rig.service(
      {},
      { 'a.sql': 'CREATE TABLE t ();', 'b.sql': 'SELECT bogus;' },
    );
    expect(await findings(rig.init(service))).toMatchObject([
      {
        code: 'postgres/init-failed',
        cause:
          'the database could not be initialised: /docker-entrypoint-initdb.d/b.sql failed with code 3',
        proof: expect.arrayContaining([
          expect.stringContaining('column "bogus" does not exist'),
        ]) as unknown,
      },
    ]);
    expect(await readdir(dataOf(service))).toEqual([]);
    expect(await serverProcesses(dataOf(service))).toEqual([]);
    await writeFile(join(service.views[1]?.source ?? '', 'b.sql'), 'SELECT 1;');
    expect(await rig.init(service)).toMatchObject({ changed: true });
  }, 60_000);

  test('that need a client program which is missing say so', async () => {
    const service = await rig.service(
      {},
      {
        'a.sh':
          'pg_restore_of_nobody x || pg_restore() { return 1; }; sh -c "pg_restore: not found" ; exit 1',
      },
    );
    expect(await findings(rig.init(service))).toMatchObject([{ code: 'postgres/init-failed' }]);
  }, 60_000);
});

test('an initialisation that was killed counts as none', async () => {
  const service = await rig.service();
  await rig.init(service);
  // As it is while files of the first start run.
  await writeFile(join(dataOf(service), '.bowline-unfinished'), '');
  await writeFile(join(dataOf(service), 'left-over'), '');
  expect(await rig.init(service)).toMatchObject({ changed: true });
  await expect(access(join(dataOf(service), 'left-over'))).rejects.toMatchObject({
    code: 'ENOENT',
  });
  expect(await clusterStateOf(dataOf(service))).toEqual({ kind: 'ready', major: 17 });
}, 60_000);

describe('variables that were changed after the first start', () => {
  let place: Parameters<typeof checkCredentials>[0];
  const settings = { user: 'app', database: 'app', password: 'secret', initdbArgs: [] };

  beforeAll(async () => {
    const service = await rig.service({ POSTGRES_USER: 'app' });
    await rig.init(service);
    place = {
      service: 'db',
      folder: dataOf(service),
      address: '127.0.0.1',
      ...(await running(service)),
    };
  }, 60_000);

  test('are no matter while they are the same', async () => {
    expect(await checkCredentials(place, settings, signal)).toEqual([]);
  });

  test.each([
    ['postgres/password-changed', { password: 'hush' }],
    ['postgres/user-changed', { user: 'somebody' }],
    ['postgres/database-missing', { database: 'nowhere' }],
  ])('are a finding: %s', async (code, change) => {
    const found = await checkCredentials(place, { ...settings, ...change }, signal);
    expect(found).toMatchObject([{ code, service: 'db' }]);
    expect(JSON.stringify(found)).not.toContain('hush');
    expect(found[0]?.fix?.[0]).toContain('bowline exec db psql -U app -d postgres -c');
  });

  test('are fine as soon as the database agrees', async () => {
    await withSql(
      { host: place.sockets, port: place.port, user: 'app', database: 'app' },
      signal,
      (client) => client.query("ALTER ROLE app PASSWORD 'newer'"),
    );
    expect(await checkCredentials(place, { ...settings, password: 'newer' }, signal)).toEqual([]);
  });
});

describe('a data folder', () => {
  test('that a server has open is left to it', async () => {
    const service = await rig.service();
    await rig.init(service);
    await running(service);
    const [postmaster] = (await serverProcesses(dataOf(service))).filter((each) => each.postmaster);
    expect(await clearForServer(dataOf(service))).toEqual({
      kind: 'running',
      pid: postmaster?.pid,
    });
  }, 60_000);

  test('loses a lock file whose number belongs to somebody else by now', async () => {
    const service = await rig.service();
    await rig.init(service);
    await writeFile(
      join(dataOf(service), 'postmaster.pid'),
      `${process.pid}\n${dataOf(service)}\n1\n`,
    );
    expect(await clearForServer(dataOf(service))).toEqual({ kind: 'clear' });
    await expect(stat(join(dataOf(service), 'postmaster.pid'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  }, 60_000);

  test('loses processes whose postmaster was killed', async () => {
    const service = await rig.service();
    await rig.init(service);
    const { port, sockets } = await running(service);
    const busy = withSql(
      { host: sockets, port, user: 'postgres', database: 'postgres' },
      signal,
      (client) => client.query('SELECT count(*) FROM generate_series(1, 100000000000)'),
    ).catch(() => {});
    await waitUntil(
      async () => ((await serverProcesses(dataOf(service))).length > 6 ? true : undefined),
      { clock: systemClock, signal, what: 'the backend', everyMs: 5, timeoutMs: 20_000 },
    );
    const postmaster = (await serverProcesses(dataOf(service))).find((each) => each.postmaster);
    process.kill(postmaster?.pid ?? 0, 'SIGKILL');
    await waitUntil(
      async () =>
        (await serverProcesses(dataOf(service))).every((each) => !each.postmaster)
          ? true
          : undefined,
      {
        clock: systemClock,
        signal,
        what: 'the end of the postmaster',
        everyMs: 5,
        timeoutMs: 20_000,
      },
    );
    expect(await clearForServer(dataOf(service))).toEqual({ kind: 'clear' });
    expect(await serverProcesses(dataOf(service))).toEqual([]);
    await busy;
    await running(service);
  }, 60_000);
});

test('a data folder that others may look into is closed, for PostgreSQL would refuse it', async () => {
  const service = await rig.service();
  await rig.init(service);
  const { chmod } = await import('node:fs/promises');
  await chmod(dataOf(service), 0o777);
  await rig.init(service);
  expect((await stat(dataOf(service))).mode & 0o777).toBe(0o750);
}, 60_000);
