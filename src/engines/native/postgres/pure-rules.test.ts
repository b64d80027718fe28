import { describe, expect, test } from 'vitest';

import { hostRules } from './host-rules.ts';
import { inOrder } from './init-files.ts';
import { clusterLocale } from './locale.ts';
import { outsidePath, outsideText } from './postgres-service.ts';
import { runsServer, targetPortOf } from './server-process.ts';
import { literal } from './single-user.ts';
import { crc32c } from './system-identifier.ts';
import { withoutWalFolder } from './wal-folder.ts';

const views = [
  { source: '/home/me/data', target: '/var/lib/postgresql/data', readOnly: false },
  { source: '/home/me/conf', target: '/etc/postgresql/', readOnly: true },
  {
    source: '/home/me/conf/special.conf',
    target: '/etc/postgresql/postgresql.conf',
    readOnly: true,
  },
];

describe('a path of the container is found on this machine', () => {
  test.each<[string, string | undefined]>([
    ['/var/lib/postgresql/data', '/home/me/data'],
    ['/var/lib/postgresql/data/pgdata', '/home/me/data/pgdata'],
    ['/var/lib/postgresql/database', undefined],
    ['/etc/postgresql/pg_hba.conf', '/home/me/conf/pg_hba.conf'],
    ['/etc/postgresql/postgresql.conf', '/home/me/conf/special.conf'],
    ['/usr/bin', undefined],
  ])('%s', (path, expected) => {
    expect(outsidePath(views, path)).toBe(expected);
  });
});

test('paths in arguments are replaced as wholes', () => {
  expect(outsideText(views, 'config_file=/etc/postgresql/postgresql.conf')).toBe(
    'config_file=/home/me/conf/special.conf',
  );
  expect(outsideText(views, 'cp %p /var/lib/postgresql/data/wal/%f')).toBe(
    'cp %p /home/me/data/wal/%f',
  );
  expect(outsideText(views, '/opt/etc/postgresql/x')).toBe('/opt/etc/postgresql/x');
});

test.each<[readonly string[] | undefined, boolean]>([
  [undefined, true],
  [['postgres'], true],
  [['-c', 'fsync=off'], true],
  [['docker-entrypoint.sh', 'postgres', '-c', 'fsync=off'], true],
  [['postgres', '--version'], false],
  [['bash'], false],
])('whether %j runs the server is known', (command, expected) => {
  expect(runsServer(command === undefined ? {} : { command })).toBe(expected);
});

test.each<[readonly string[], Record<string, string>, number]>([
  [[], {}, 5432],
  [[], { PGPORT: '5433' }, 5433],
  [['postgres', '-p', '5434'], { PGPORT: '5433' }, 5434],
  [['postgres', '-p5434'], {}, 5434],
  [['-c', 'port=5435'], {}, 5435],
  [['postgres', '--port=5436'], {}, 5436],
  [['postgres', '-c', 'max_connections=20'], {}, 5432],
])('%j with %j listens on %i', (command, environment, port) => {
  expect(targetPortOf({ command, environment: new Map(Object.entries(environment)) })).toBe(port);
});

test('files of a first start are sorted as the shell of the image sorts them', () => {
  const names = ['b.sql', 'A.sql', '10.sql', '9.sql', 'a.sql', '_x.sql'];
  expect(inOrder(names, 'debian')).toEqual([
    '_x.sql',
    '10.sql',
    '9.sql',
    'a.sql',
    'A.sql',
    'b.sql',
  ]);
  expect(inOrder(names, 'alpine')).toEqual([
    '10.sql',
    '9.sql',
    'A.sql',
    '_x.sql',
    'a.sql',
    'b.sql',
  ]);
});

describe('the locale of a cluster', () => {
  const none = { environment: new Map<string, string>(), initdbArgs: [] };

  test('is the one of the image where the machine has it', () => {
    expect(clusterLocale(17, ['C', 'en_US.utf8'], none)).toEqual({
      args: ['--encoding=UTF8', '--locale=en_US.utf8'],
      environment: { LANG: 'en_US.utf8', TZ: 'Etc/UTC' },
    });
  });

  test('else sorts as English through ICU', () => {
    expect(clusterLocale(17, ['C', 'C.utf8'], none).args).toEqual([
      '--encoding=UTF8',
      '--locale=C.utf8',
      '--locale-provider=icu',
      '--icu-locale=en-US',
    ]);
    expect(clusterLocale(14, ['C.utf8'], none).args).toEqual([
      '--encoding=UTF8',
      '--locale=C.utf8',
    ]);
  });

  test('is what the service says, if it says something', () => {
    expect(clusterLocale(17, ['C.utf8'], { ...none, initdbArgs: ['--no-locale'] }).args).toEqual(
      [],
    );
    const environment = new Map([
      ['LANG', 'de_DE.utf8'],
      ['TZ', 'Europe/Berlin'],
    ]);
    expect(clusterLocale(17, ['C.utf8'], { ...none, environment })).toEqual({
      args: [],
      environment: { LANG: 'de_DE.utf8', TZ: 'Europe/Berlin' },
    });
  });
});

test('the rules of access ask for the password on the loopback address, and not on the socket', () => {
  const rules = hostRules({ user: 'a', database: 'a', initdbArgs: [] }, 'scram-sha-256');
  const rows = rules.split('\n').map((line) => line.split(/\s+/).join(' ').trim());
  expect(rows).toContain('local all all trust');
  expect(rows).toContain('host all all 127.0.0.0/8 scram-sha-256');
  expect(rows).toContain('host all all all scram-sha-256');
});

test('methods that the service asks for are kept', () => {
  const rules = hostRules(
    { user: 'a', database: 'a', initdbArgs: ['--auth-local=peer'], hostAuthMethod: 'md5' },
    'scram-sha-256',
  );
  expect(rules).toMatch(/^local +all +all +peer$/m);
  expect(rules).toMatch(/^host +all +all +all +md5$/m);
});

test('the place of the log is taken out of the arguments', () => {
  const args = ['--locale=C', '--waldir', '/wal', '-X/wal', '--waldir=/wal', '-X', '/wal', '-k'];
  expect(withoutWalFolder(args)).toEqual(['--locale=C', '-k']);
});

test('CRC-32C is the one of its standard', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});

test('a text is quoted for SQL', () => {
  expect(literal("it's")).toBe("'it''s'");
  expect(literal('a\\b')).toBe(" E'a\\\\b'");
});
