import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { PostgresService } from './postgres-service.ts';
import { readSettings } from './settings.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowline-'));
  await writeFile(join(folder, 'password'), 'from a file\n\n');
});
afterAll(() => rm(folder, { recursive: true }));

function service(environment: Record<string, string>): PostgresService {
  return {
    name: 'db',
    image: { kind: 'postgres', variant: 'debian' },
    environment: new Map(Object.entries(environment)),
    views: [{ source: join(folder, 'password'), target: '/run/secrets/password', readOnly: true }],
    anonymous: folder,
  };
}

test.each<[string, Record<string, string>, object]>([
  ['the user is postgres unless named', {}, { user: 'postgres', database: 'postgres' }],
  ['the database is named as the user', { POSTGRES_USER: 'app' }, { user: 'app', database: 'app' }],
  [
    'an empty value is none',
    { POSTGRES_USER: '', POSTGRES_DB: '' },
    { user: 'postgres', database: 'postgres' },
  ],
  [
    'a file is read through its mount, and its last line ends are cut off',
    { POSTGRES_PASSWORD_FILE: '/run/secrets/password' },
    { password: 'from a file' },
  ],
  [
    'arguments are split as a shell does',
    { POSTGRES_INITDB_ARGS: `--locale=C --set "work_mem=8MB"` },
    { initdbArgs: ['--locale=C', '--set', 'work_mem=8MB'] },
  ],
])('%s', async (_, environment, expected) => {
  expect(await readSettings(service(environment))).toMatchObject({
    kind: 'settings',
    settings: expected,
  });
});

test.each<[string, Record<string, string>, string]>([
  [
    'a value and a file of it exclude each other',
    { POSTGRES_PASSWORD: 'a', POSTGRES_PASSWORD_FILE: '/run/secrets/password' },
    'both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set (but are exclusive)',
  ],
  [
    'a file that is not there is named',
    { POSTGRES_USER_FILE: '/run/secrets/user' },
    'POSTGRES_USER_FILE names /run/secrets/user, which cannot be read (ENOENT)',
  ],
  [
    'an open quote is found',
    { POSTGRES_INITDB_ARGS: '--locale="C' },
    'POSTGRES_INITDB_ARGS cannot be split into words: --locale="C',
  ],
])('%s', async (_, environment, message) => {
  expect(await readSettings(service(environment))).toMatchObject({
    kind: 'problem',
    problem: { message },
  });
});
