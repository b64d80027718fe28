import { expect, test } from 'vitest';

import { rewriteProcess } from './rewrite.ts';

const surroundings = {
  views: [
    { source: '/h/image/app', target: '/app', readOnly: false },
    { source: '/h/uploads', target: '/app/uploads', readOnly: false },
    { source: '/h/secret', target: '/run/secrets/key', readOnly: true },
  ],
  hosts: new Map([
    ['db', '127.200.0.1'],
    ['db.example', '127.200.0.2'],
    ['cache', '127.200.0.3'],
  ]),
};

function rewritten(argv: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const [program = '', ...args] = argv;
  return rewriteProcess(
    { argv: [program, ...args], cwd: '/app', environment: new Map(Object.entries(environment)) },
    surroundings,
  );
}

test.each([
  ['/app/migrate.sh', '/h/image/app/migrate.sh'],
  ['/app', '/h/image/app'],
  ['/app/uploads/a.png', '/h/uploads/a.png'],
  ['/app/uploads2', '/h/image/app/uploads2'],
  ['/application/x', '/application/x'],
  ['/srv/app/x', '/srv/app/x'],
  ['./app/x', './app/x'],
  ['--config=/app/x.toml', '--config=/h/image/app/x.toml'],
  ['/app/bin:/usr/bin', '/h/image/app/bin:/usr/bin'],
  ['/usr/bin:/app/bin', '/usr/bin:/h/image/app/bin'],
  ['/app/a.sh && exec /app/b.sh', '/h/image/app/a.sh && exec /h/image/app/b.sh'],
  ["cat '/app/a b'", "cat '/h/image/app/a b'"],
  ['file:///app/x', 'file:///h/image/app/x'],
  ['http://example.com/app/x', 'http://example.com/app/x'],
  ['/run/secrets/key', '/h/secret'],
  ['/run/secrets/key2', '/run/secrets/key2'],
  ['sh /app/x >/app/log 2>&1', 'sh /h/image/app/x >/h/image/app/log 2>&1'],
  ['db:5432', '127.200.0.1:5432'],
  ['postgres://u:p@db:5432/shop', 'postgres://u:p@127.200.0.1:5432/shop'],
  ['postgres://u:p@db/db', 'postgres://u:p@127.200.0.1/db'],
  ['redis://cache', 'redis://127.200.0.3'],
  ['http://db.example/x', 'http://127.200.0.2/x'],
  ['http://db.example.com/x', 'http://db.example.com/x'],
  ['http://mydb:80/', 'http://mydb:80/'],
  ['--host=db', '--host=127.200.0.1'],
  ['host=db dbname=db user=db', 'host=127.200.0.1 dbname=db user=db'],
  ['psql -h db -d db', 'psql -h 127.200.0.1 -d db'],
  ['wait-for db:5432 -- echo db', 'wait-for 127.200.0.1:5432 -- echo db'],
  ['db', 'db'],
  ['time:10:30', 'time:10:30'],
])('the argument %s becomes %s', (argument, expected) => {
  expect(rewritten(['run', argument]).argv[1]).toBe(expected);
});

test.each([
  ['POSTGRES_HOST', 'db', '127.200.0.1'],
  ['POSTGRES_DB', 'db', 'db'],
  ['POSTGRES_PASSWORD', 'db', 'db'],
  ['POSTGRES_USER', 'cache', 'cache'],
  ['REDIS_URL', 'redis://cache:6379/0', 'redis://127.200.0.3:6379/0'],
  [
    'DATABASE_URL',
    'postgresql+psycopg://db:db@db:5432/db',
    'postgresql+psycopg://db:db@127.200.0.1:5432/db',
  ],
  ['KAFKA_BROKERS', 'db:9092,cache:9092', '127.200.0.1:9092,127.200.0.3:9092'],
  ['HOSTS', 'db,cache', '127.200.0.1,127.200.0.3'],
  ['HOSTNAME', 'db', 'db'],
  ['DATA', '/app/data', '/h/image/app/data'],
  ['SECRET_FILE', '/run/secrets/key', '/h/secret'],
])('the variable %s=%s becomes %s', (name, value, expected) => {
  expect(rewritten(['run'], { [name]: value }).environment[name]).toBe(expected);
});

test('an option and its host may be two arguments', () => {
  expect(rewritten(['psql', '-h', 'db', '-d', 'db']).argv).toEqual([
    'psql',
    '-h',
    '127.200.0.1',
    '-d',
    'db',
  ]);
});

test('each change is told once, without the secrets beside it', () => {
  const { rewritten: told } = rewritten(['/app/x', '/app/y'], {
    DATABASE_URL: 'postgres://u:hunter2@db:5432/a',
  });
  expect(told).toEqual(['command: /app → /h/image/app', 'DATABASE_URL: db → 127.200.0.1']);
});

test('the folder is rewritten, too', () => {
  expect(rewritten(['x']).cwd).toBe('/h/image/app');
});
