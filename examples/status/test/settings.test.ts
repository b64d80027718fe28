import { expect, test } from 'vitest';
import { parseSettings } from '../src/settings.ts';

const env = {
  POSTGRES_HOST: 'db',
  POSTGRES_DB: 'status',
  POSTGRES_USER: 'status',
  POSTGRES_PASSWORD: 'secret',
};

test('five variables have a value by themselves', () => {
  expect(parseSettings(env, 'host-1')).toEqual({
    kind: 'ok',
    settings: {
      database: { host: 'db', port: 5432, name: 'status', user: 'status', password: 'secret' },
      port: 8080,
      workers: 3,
      workerTimeoutMs: 30_000,
      release: 'dev',
      replica: 'host-1',
    },
  });
});

test.each([
  [{ ...env, POSTGRES_HOST: '' }, 'missing environment variables: POSTGRES_HOST'],
  [
    {},
    'missing environment variables: POSTGRES_HOST, POSTGRES_DB, POSTGRES_USER, POSTGRES_PASSWORD',
  ],
  [{ ...env, PORT: 'http' }, 'PORT must be a whole number from 1 to 65535, not "http"'],
  [{ ...env, PORT: '65536' }, 'PORT must be a whole number from 1 to 65535, not "65536"'],
  [
    { ...env, POSTGRES_PORT: '5432/tcp' },
    'POSTGRES_PORT must be a whole number from 1 to 65535, not "5432/tcp"',
  ],
  [
    { ...env, WEB_CONCURRENCY: '0', WORKER_TIMEOUT: '-1' },
    'WEB_CONCURRENCY must be a whole number from 1 to 256, not "0"; ' +
      'WORKER_TIMEOUT must be a number of seconds up to 86400, not "-1"',
  ],
])('%j is refused', (environment, problem) => {
  expect(parseSettings(environment, 'host-1')).toEqual({ kind: 'wrong', problem });
});

test.each([
  [{ HOSTNAME: 'container' }, 'container'],
  [{ HOSTNAME: 'container', REPLICA: 'web-2' }, 'web-2'],
  [{}, 'host-1'],
])('with %j the replica is %s', (more, replica) => {
  expect(parseSettings({ ...env, ...more }, 'host-1')).toMatchObject({ settings: { replica } });
});
