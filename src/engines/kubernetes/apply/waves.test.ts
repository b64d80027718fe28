import { expect, test } from 'vitest';

import type { KubernetesObject } from '../object.ts';
import { wavesOf } from './waves.ts';

function object(kind: string, name: string, image?: string, claim = false): KubernetesObject {
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
      object('Deployment', 'web', 'shop/web'),
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
      object('Deployment', 'web', 'shop/web:2', true),
      object('Job', 'migrate', 'shop/web:2'),
      object('Deployment', 'db', 'registry.example.com:5000/library/postgres:17@sha256:1', true),
    ),
  ).toEqual(['stores: db', 'jobs: migrate', 'workloads: web']);
});

test('a migration that uses the client of the database still runs after the database', () => {
  expect(
    turnsOf(object('Job', 'migrate', 'postgres:17'), object('StatefulSet', 'db', 'postgres:17')),
  ).toEqual(['stores: db', 'jobs: migrate']);
});

test('where nothing is known to keep data, what mounts a claim and is not the application counts', () => {
  expect(
    turnsOf(
      object('Job', 'migrate', 'shop/web:2'),
      object('Deployment', 'search', 'example/index:1', true),
      object('Deployment', 'web', 'shop/web:2', true),
    ),
  ).toEqual(['stores: search', 'jobs: migrate', 'workloads: web']);
});

test('without a Job all that runs starts together', () => {
  expect(
    turnsOf(object('StatefulSet', 'db', 'postgres:17'), object('Deployment', 'web', 'shop/web')),
  ).toEqual(['workloads: db web']);
});
