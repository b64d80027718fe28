import { describe, expect, test } from 'vitest';

import { recognisePostgres } from './recognise-postgres.ts';

describe('the official image is recognised under every name that it has', () => {
  test.each<[string, object]>([
    ['postgres', { variant: 'debian' }],
    ['postgres:latest', { variant: 'debian' }],
    ['postgres:alpine', { variant: 'alpine' }],
    ['postgres:bookworm', { variant: 'debian' }],
    ['postgres:17', { major: 17, variant: 'debian' }],
    ['postgres:17.4', { major: 17, minor: 4, variant: 'debian' }],
    ['postgres:17-alpine', { major: 17, variant: 'alpine' }],
    ['postgres:17.4-alpine3.21', { major: 17, minor: 4, variant: 'alpine' }],
    ['postgres:18beta1-trixie', { major: 18, variant: 'debian' }],
    ['postgres@sha256:0123', { variant: 'debian' }],
    ['library/postgres:16', { major: 16, variant: 'debian' }],
    ['docker.io/postgres:15', { major: 15, variant: 'debian' }],
    [
      'docker.io/library/postgres:16-bookworm@sha256:0123456789abcdef',
      { major: 16, variant: 'debian' },
    ],
    ['registry.local:5000/library/postgres:14', { major: 14, variant: 'debian' }],
    ['public.ecr.aws/docker/library/postgres:17', { major: 17, variant: 'debian' }],
  ])('%s', (image, expected) => {
    expect(recognisePostgres(image)).toEqual({ kind: 'postgres', ...expected });
  });
});

describe('an image that only looks like it is refused, with the reason', () => {
  test.each<[string, RegExp]>([
    ['pgvector/pgvector:pg16', /"vector"/],
    ['ankane/pgvector', /"vector"/],
    ['postgis/postgis:17-3.5', /"postgis"/],
    ['ghcr.io/baosystems/postgis', /"postgis"/],
    ['timescale/timescaledb:latest-pg16', /"timescaledb"/],
    ['timescale/timescaledb-ha:pg16', /"timescaledb"/],
    ['bitnami/postgresql:17', /other variables/],
    ['docker.io/bitnamilegacy/postgresql', /other variables/],
    ['supabase/postgres:15.1', /Supabase/],
    ['postgres:9.6', /no embedded PostgreSQL 9/],
    ['postgres:13', /only 14 to 18/],
    ['postgres:19', /only 14 to 18/],
    ['postgres:seventeen', /names no version/],
  ])('%s', (image, why) => {
    expect(recognisePostgres(image)).toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(why) as string,
    });
  });
});

test.each([
  'redis:7',
  'postgrest/postgrest',
  'my/postgres-backup',
  'example.com/team/postgres',
  '',
])('%s has nothing to do with it', (image) => {
  expect(recognisePostgres(image)).toBeUndefined();
});
