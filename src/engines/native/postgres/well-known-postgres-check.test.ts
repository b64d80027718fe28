import { describe, expect, test } from 'vitest';

import type { Healthcheck } from '../../../model/healthcheck.ts';
import { type CheckContext, wellKnownPostgresCheck } from './well-known-postgres-check.ts';

const context: CheckContext = {
  environment: new Map([
    ['POSTGRES_USER', 'app'],
    ['POSTGRES_DB', 'shop'],
  ]),
  user: 'app',
  database: 'shop',
  names: ['db', 'postgres_db'],
  sockets: '/run/s',
  address: '127.130.1.2',
  targetPort: 5432,
  port: 6543,
};

const socket = { kind: 'postgres', host: '/run/s', port: 6543 };
const tcp = { kind: 'postgres', host: '127.130.1.2', port: 6543 };

describe('a check that asks for the server becomes a probe of the daemon', () => {
  test.each<[Healthcheck['test'], typeof socket]>([
    [['CMD', 'pg_isready'], socket],
    [['CMD-SHELL', 'pg_isready'], socket],
    [['CMD', 'pg_isready', '-U', 'app'], socket],
    [['CMD', 'pg_isready', '-U', 'app', '-d', 'shop'], socket],
    [['CMD-SHELL', 'pg_isready -U app -d shop'], socket],
    [['CMD-SHELL', 'pg_isready -U $POSTGRES_USER -d $POSTGRES_DB'], socket],
    [['CMD-SHELL', 'pg_isready -U ${POSTGRES_USER} -d ${POSTGRES_DB}'], socket],
    [['CMD-SHELL', 'pg_isready -U "$POSTGRES_USER" -d "$POSTGRES_DB"'], socket],
    [['CMD-SHELL', 'pg_isready -U "${POSTGRES_USER}" -d "${POSTGRES_DB}" || exit 1'], socket],
    [['CMD-SHELL', 'pg_isready -U ${POSTGRES_USER:-postgres}'], socket],
    [['CMD-SHELL', "pg_isready -U 'app'"], socket],
    [['CMD-SHELL', 'pg_isready -q -U app'], socket],
    [['CMD-SHELL', 'pg_isready --username=app --dbname=shop --quiet'], socket],
    [['CMD-SHELL', 'pg_isready --username app --dbname shop'], socket],
    [['CMD-SHELL', 'pg_isready -Uapp -dshop -t5'], socket],
    [['CMD-SHELL', 'pg_isready -U app > /dev/null 2>&1'], socket],
    [['CMD-SHELL', 'pg_isready -U app >/dev/null || exit 1'], socket],
    [['CMD-SHELL', 'exec pg_isready -U app'], socket],
    [['CMD-SHELL', '/usr/local/bin/pg_isready -U app;'], socket],
    [['CMD-SHELL', "sh -c 'pg_isready -U $POSTGRES_USER -d $POSTGRES_DB'"], socket],
    [['CMD', 'sh', '-c', 'pg_isready -U $POSTGRES_USER'], socket],
    [['CMD', '/bin/bash', '-ec', 'pg_isready -U app'], socket],
    [['CMD-SHELL', "su - postgres -c 'pg_isready'"], socket],
    [['CMD-SHELL', "su postgres -c 'pg_isready -q'"], socket],
    [['CMD-SHELL', 'pg_isready -h /var/run/postgresql'], socket],
    [['CMD-SHELL', 'pg_isready -h localhost -p 5432 -U app'], tcp],
    [['CMD', 'pg_isready', '-h', '127.0.0.1'], tcp],
    [['CMD-SHELL', 'pg_isready -hlocalhost -p5432'], tcp],
    [['CMD-SHELL', 'pg_isready --host=db --port=5432'], tcp],
    [['CMD-SHELL', 'pg_isready -h postgres_db'], tcp],
    [['CMD-SHELL', 'PGHOST=localhost pg_isready'], tcp],
    [['CMD-SHELL', 'pg_isready -U app && psql -U app -d shop -c "select 1"'], socket],
    [['CMD-SHELL', "psql -U app -d shop -c 'SELECT 1'"], socket],
    [['CMD-SHELL', "psql -U $POSTGRES_USER -d $POSTGRES_DB -c 'select 1;' || exit 1"], socket],
    [['CMD', 'psql', '-U', 'app', '-d', 'postgres', '-tAc', 'SELECT 1'], socket],
    [['CMD-SHELL', 'psql -U app shop -c "select now()"'], socket],
    [['CMD-SHELL', 'PGUSER=app PGDATABASE=shop psql -c "select 1"'], socket],
  ])('%j', (check, probe) => {
    expect(wellKnownPostgresCheck(check, context)).toEqual(probe);
  });
});

test.each<[string, Healthcheck['test']]>([
  ['another host', ['CMD-SHELL', 'pg_isready -h replica']],
  ['another port', ['CMD-SHELL', 'pg_isready -p 5433']],
  ['a query that says more', ['CMD-SHELL', "psql -U app -d shop -c 'select count(*) from jobs'"]],
  ['a database that may be missing', ['CMD-SHELL', "psql -U app -d other -c 'select 1'"]],
  ['a user that may be missing', ['CMD-SHELL', "psql -c 'select 1'"]],
  ['a password that may be wrong', ['CMD-SHELL', "psql -h localhost -U app -d shop -c 'select 1'"]],
  ['a pipe', ['CMD-SHELL', 'pg_isready | grep accepting']],
  ['a substitution', ['CMD-SHELL', 'pg_isready -U $(whoami)']],
  ['two alternatives', ['CMD-SHELL', 'pg_isready || pg_isready -h db']],
  ['another program', ['CMD-SHELL', 'curl -f http://localhost:8008']],
  ['a line given as a program', ['CMD', 'pg_isready -U app']],
  ['an unknown option', ['CMD', 'pg_isready', '--whatever']],
  ['a connection string', ['CMD-SHELL', 'pg_isready -d postgresql://db/shop']],
  ['a file that must exist', ['CMD-SHELL', 'pg_isready && test -f /tmp/ready']],
  ['a line left open', ['CMD-SHELL', "pg_isready -U 'app"]],
  ['nothing', ['CMD-SHELL', '']],
])('a check with %s stays a command', (_, check) => {
  expect(wellKnownPostgresCheck(check, context)).toBeUndefined();
});
