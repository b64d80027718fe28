import { expect, test } from 'vitest';

import type { KubernetesObject } from '../object.ts';
import { wavesOf } from './waves.ts';

/** `claim`: it mounts one. */
function object(
  kind: string,
  name: string,
  { image, claim = false }: { readonly image?: string; readonly claim?: boolean } = {},
): KubernetesObject {
  const volumes = claim ? [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] : [];
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  return {
    apiVersion,
    kind,
    metadata: { name },
    ...(image !== undefined && {
      spec: { template: { spec: { containers: [{ name, image }], volumes } } },
    }),
  };
}

function turnsOf(...objects: readonly KubernetesObject[]): readonly string[] {
  return wavesOf(objects).map(
    ({ name, objects: members }) =>
      `${name}: ${members.map(({ metadata }) => metadata.name).join(' ')}`,
  );
}

test('what others name comes before them', () => {
  expect(
    turnsOf(
      object('Ingress', 'edge'),
      object('Deployment', 'web', { image: 'shop/web' }),
      object('Service', 'web-service'),
      object('Secret', 'password'),
      object('PersistentVolumeClaim', 'data'),
      object('Namespace', 'shop'),
    ),
  ).toEqual([
    'foundations: shop',
    'settings: password data',
    'services: web-service',
    'workloads: web',
    'edges: edge',
  ]);
});

test('a migration runs after the database and before what it is for', () => {
  expect(
    turnsOf(
      object('Deployment', 'web', { image: 'shop/web:2', claim: true }),
      object('Job', 'migrate', { image: 'shop/web:2' }),
      object('Deployment', 'db', {
        image: 'registry.example.com:5000/library/postgres:17@sha256:1',
        claim: true,
      }),
    ),
  ).toEqual(['stores: db', 'jobs: migrate', 'workloads: web']);
});

test('a migration that uses the client of the database still runs after the database', () => {
  expect(
    turnsOf(
      object('Job', 'migrate', { image: 'postgres:17' }),
      object('StatefulSet', 'db', { image: 'postgres:17' }),
    ),
  ).toEqual(['stores: db', 'jobs: migrate']);
});

test('where nothing is known to keep data, what mounts a claim and is not the application counts', () => {
  expect(
    turnsOf(
      object('Job', 'migrate', { image: 'shop/web:2' }),
      object('Deployment', 'search', { image: 'example/index:1', claim: true }),
      object('Deployment', 'web', { image: 'shop/web:2', claim: true }),
    ),
  ).toEqual(['stores: search', 'jobs: migrate', 'workloads: web']);
});

test('without a Job all that runs starts together', () => {
  expect(
    turnsOf(
      object('StatefulSet', 'db', { image: 'postgres:17' }),
      object('Deployment', 'web', { image: 'shop/web' }),
    ),
  ).toEqual(['workloads: db web']);
});
