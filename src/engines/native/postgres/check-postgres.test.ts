import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { checkPostgres } from './check-postgres.ts';
import type { PostgresService } from './postgres-service.ts';
import { recognisePostgres } from './recognise-postgres.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowline-'));
});
afterEach(() => rm(folder, { recursive: true }));

const oldPlace = '/var/lib/postgresql/data';

function service(
  image: string,
  { target = oldPlace, ...environment }: Record<string, string> = {},
): PostgresService {
  const recognised = recognisePostgres(image);
  if (recognised?.kind !== 'postgres') throw new Error(`${image} is not recognised`);
  return {
    name: 'db',
    image: recognised,
    environment: new Map(Object.entries({ POSTGRES_PASSWORD: 'x', ...environment })),
    views: [{ source: join(folder, 'volume'), target, readOnly: false }],
    anonymous: join(folder, 'anonymous'),
  };
}

async function dataOf(major: number, below = ''): Promise<void> {
  await mkdir(join(folder, 'volume', below), { recursive: true });
  await writeFile(join(folder, 'volume', below, 'PG_VERSION'), `${major}\n`);
}

async function codesOf(checked: PostgresService): Promise<readonly string[]> {
  const { diagnostics, findings } = await checkPostgres(checked);
  return [...diagnostics, ...findings].map(({ code }) => code);
}

test('a new database on a named version is fine', async () => {
  const { diagnostics, findings, place } = await checkPostgres(service('postgres:17'));
  expect([diagnostics, findings]).toEqual([[], []]);
  expect(place).toMatchObject({
    major: 17,
    folder: join(folder, 'volume'),
    state: { kind: 'absent' },
  });
});

describe('from 18 on', () => {
  test('a volume at the old place is refused, as the image refuses it', async () => {
    expect(await codesOf(service('postgres:18'))).toEqual(['native/postgres-data-path']);
    expect(await codesOf(service('postgres'))).toEqual(['native/postgres-data-path']);
  });

  test('a volume at the new place has a folder for each version', async () => {
    const { place } = await checkPostgres(
      service('postgres:18', { target: '/var/lib/postgresql' }),
    );
    expect(place?.folder).toBe(join(folder, 'volume/18/docker'));
  });

  test('the old place is right for whoever names it in PGDATA', async () => {
    expect(await codesOf(service('postgres:18', { PGDATA: `${oldPlace}/x` }))).toEqual([]);
  });
});

describe('an image without a version', () => {
  test('is the newest', async () => {
    const { place, notes } = await checkPostgres(
      service('postgres', { target: '/var/lib/postgresql' }),
    );
    expect(place?.major).toBe(18);
    expect(notes.map(({ text }) => text)).toEqual([
      'the image names no version: PostgreSQL 18, the newest',
    ]);
  });

  test('is the version of the data that are there', async () => {
    await dataOf(16);
    const { place, diagnostics } = await checkPostgres(service('postgres:latest'));
    expect(place).toMatchObject({ major: 16, majorFrom: 'data' });
    expect(diagnostics).toEqual([]);
  });
});

test('data of another version are a finding that names both', async () => {
  await dataOf(16);
  const { findings } = await checkPostgres(service('postgres:17'));
  expect(findings).toMatchObject([
    {
      code: 'postgres/major-mismatch',
      cause: 'the data are of PostgreSQL 16, and the image is postgres:17',
    },
  ]);
});

test('a new database needs a password, an existing one does not', async () => {
  const without = service('postgres:17', { POSTGRES_PASSWORD: '' });
  expect(await codesOf(without)).toEqual(['native/postgres-password-missing']);
  expect(
    await codesOf(
      service('postgres:17', { POSTGRES_PASSWORD: '', POSTGRES_HOST_AUTH_METHOD: 'trust' }),
    ),
  ).toEqual([]);
  await dataOf(17);
  expect(await codesOf(without)).toEqual([]);
});

test('variables that the image does not read are pointed out', async () => {
  const { notes } = await checkPostgres(
    service('postgres:17', { POSTGRES_PORT: '5433', POSTGRES_HOST: 'db', POSTGRES_NAME: 'shop' }),
  );
  expect(notes.map(({ text }) => text.split(' ')[0])).toEqual(['POSTGRES_PORT', 'POSTGRES_NAME']);
});
