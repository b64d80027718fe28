import { expect, test } from 'vitest';

import { isIP } from './is-ip.ts';
import { knownServer } from './known-server.ts';
import { byteQuantity, cpuQuantity, secondsOf } from './quantity.ts';
import { renameHosts } from './rename-hosts.ts';
import { isSecretFile, looksSecret, soundsSecret } from './secret-words.ts';

test.each([
  ['10Gi', '10Gi'],
  ['512m', '512Mi'],
  ['1gb', '1Gi'],
  ['2048', '2Ki'],
  ['1000', '1000'],
  ['0', '0'],
])('the size %s is %s on a cluster', (text, quantity) => {
  expect(byteQuantity(text)).toBe(quantity);
});

test.each([
  [0.5, '500m'],
  [2, '2'],
  [0.0001, '1m'],
])('%d CPUs are %s', (cpus, quantity) => {
  expect(cpuQuantity(cpus)).toBe(quantity);
});

test('durations are read as they are printed', () => {
  expect(['1m30s', '1h0m0s', '500ms', '1.5s', ''].map(secondsOf)).toEqual([90, 3600, 0.5, 1.5, 0]);
});

test.each([
  'DB_PASSWORD',
  'SECRET_KEY',
  'API_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
  'SENTRY_DSN',
  'apikey_KEY',
  'JWT_SALT',
])('%s sounds secret', (name) => {
  expect(soundsSecret(name)).toBe(true);
});

test.each([
  'DEBUG',
  'PORT',
  'POSTGRES_DB',
  'PASSENGER_COUNT',
  'DB_PASSWORD_FILE',
  'KEYBOARD',
  'CERTAINTY',
])('%s does not', (name) => {
  expect(soundsSecret(name)).toBe(false);
});

test('an address with a password in it is secret, and one without is not', () => {
  expect(looksSecret('postgres://shop:pass@db:5432/shop')).toBe(true);
  expect(looksSecret('postgres://shop@db/shop')).toBe(false);
  expect(looksSecret('http://web:8000/')).toBe(false);
});

test('keys, certificates and files of variables are secret', () => {
  const paths = [
    '/a/server.key',
    '.env',
    '/x/prod.env',
    'id_rsa',
    '/etc/shadow',
    'db-password.txt',
  ];
  expect(paths.filter((path) => !isSecretFile(path))).toEqual([]);
  expect(['nginx.conf', 'settings.ini', 'index.html'].filter(isSecretFile)).toEqual([]);
});

const renamed = { renamed: new Map([['app_db', 'app-db']]) };

test.each([
  ['app_db', 'DB_HOST', 'app-db'],
  ['app_db', 'DB_NAME', 'app_db'],
  ['postgres://u:p@app_db:5432/app_db', 'DATABASE_URL', 'postgres://u:p@app-db:5432/app_db'],
  ['http://app_db/x', 'ANY', 'http://app-db/x'],
  ['app_db:5432', 'ANY', 'app-db:5432'],
  ['app_database:5432', 'ANY', 'app_database:5432'],
  ['-h app_db -U app_db', undefined, '-h app-db -U app_db'],
  ['my_app_db', 'DB_HOST', 'my_app_db'],
])('%s in %s becomes %s', (text, variable, other) => {
  expect(renameHosts(text, renamed, variable)).toBe(other);
});

test.each([
  ['postgres:17', 'postgres', 999],
  ['docker.io/library/postgres:17-alpine', 'postgres', 70],
  ['registry.example.com:5000/postgres', undefined, undefined],
  ['pgvector/pgvector:pg17', 'postgres', 999],
  ['postgres-exporter', undefined, undefined],
  ['constructor', undefined, undefined],
])('%s is %s', (image, kind, uid) => {
  const server = knownServer(image);
  expect([server?.kind, server?.user.uid]).toEqual([kind, uid]);
});

test('addresses are told from names', () => {
  expect(['192.0.2.1', '::1', '2001:db8::1'].every(isIP)).toBe(true);
  expect(['300.1.1.1', 'example.com', 'host-gateway', ''].some(isIP)).toBe(false);
});
