import { describe, expect, test } from 'vitest';

import type { KubernetesObject } from '../object.ts';
import { candidateOf, chooseLeftovers } from './choose-leftovers.ts';

function object(kind: string, name: string, parts: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name, uid: `uid-${name}` }, ...parts };
}

/** A workload or a version of one whose pods name the objects. */
function user(
  kind: string,
  name: string,
  {
    names = [],
    owner,
    revision,
    replicas,
  }: {
    readonly names?: readonly string[];
    readonly owner?: string;
    readonly revision?: number;
    readonly replicas?: number;
  } = {},
): KubernetesObject {
  const spec = { envFrom: names.map((each) => ({ secretRef: { name: each } })) };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: {
      name,
      uid: `uid-${name}`,
      ...(owner !== undefined && {
        ownerReferences: [{ kind: 'X', name: owner, uid: `uid-${owner}` }],
      }),
      ...(revision !== undefined && {
        annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      }),
    },
    spec: kind === 'Pod' ? spec : { replicas: replicas ?? 1, template: { spec } },
  };
}

const secrets = [1, 2, 3].map((version) => object('Secret', `env-${version}`));
const versions = [1, 2, 3].map((revision) =>
  user('ReplicaSet', `web-${revision}`, {
    names: [`env-${revision}`],
    owner: 'web',
    revision,
    replicas: revision === 3 ? 1 : 0,
  }),
);
const web = user('Deployment', 'web', { names: ['env-3'] });

function chosen(
  candidates: readonly KubernetesObject[],
  users: readonly KubernetesObject[] | undefined,
  parts: { readonly orphans?: boolean; readonly ofOrphan?: boolean } = {},
): readonly string[] {
  const { orphans = false, ofOrphan = false } = parts;
  const asked = { candidates: candidates.map((live) => ({ live, ofOrphan })), users, orphans };
  return chooseLeftovers(asked).map(({ metadata }) => metadata.name);
}

describe('what is left over of earlier versions', () => {
  test('is what neither the version that runs nor the one before it names', () => {
    expect(chosen(secrets, [web, ...versions])).toEqual(['env-1']);
  });

  test('is what neither of the last two revisions of a StatefulSet names', () => {
    const revisions = [4, 5, 6].map((revision) => ({
      ...user('ControllerRevision', `db-${revision}`, { owner: 'db' }),
      revision,
      data: { spec: { template: user('X', '', { names: [`env-${revision - 3}`] })['spec'] } },
    }));
    const db = user('StatefulSet', 'db', { names: ['env-3'] });
    expect(chosen(secrets, [db, ...revisions])).toEqual(['env-1']);
    // After a way back, the revision that runs is the last one again.
    const back = revisions.map((each) => (each.revision === 4 ? { ...each, revision: 7 } : each));
    expect(chosen(secrets, [user('StatefulSet', 'db', { names: ['env-1'] }), ...back])).toEqual([
      'env-2',
    ]);
  });

  test('is not what a pod names that still runs', () => {
    const pod = { ...user('Pod', 'run', { names: ['env-1'] }), status: { phase: 'Running' } };
    expect(chosen(secrets, [web, ...versions, pod])).toEqual([]);
    const ended = { ...pod, status: { phase: 'Succeeded' } };
    expect(chosen(secrets, [web, ...versions, ended])).toEqual(['env-1']);
  });

  test('is no Secret and no ConfigMap where versions may not be listed', () => {
    expect(chosen([...secrets, object('Service', 'old')], undefined)).toEqual(['old']);
  });

  test('is what a workload names that goes itself, with all that it made', () => {
    const job = user('Job', 'web-migrate-1', { names: ['env-1'] });
    const pod = {
      ...user('Pod', 'web-migrate-1-x', { names: ['env-1'], owner: 'web-migrate-1' }),
      status: { phase: 'Running' },
    };
    expect(chosen([object('Secret', 'env-1'), job], [web, job, pod])).toEqual([
      'env-1',
      'web-migrate-1',
    ]);
  });

  test('is what a service had that the file no longer has, when that is asked for', () => {
    const admin = user('Deployment', 'admin', { names: ['env-1'] });
    const all = [admin, object('Secret', 'env-1')];
    expect(chosen(all, [web, admin], { ofOrphan: true })).toEqual([]);
    expect(chosen(all, [web, admin], { ofOrphan: true, orphans: true })).toEqual([
      'admin',
      'env-1',
    ]);
  });
});

describe('what an object is that the file asks for no more', () => {
  const names = { active: new Set(['web']), inactive: new Set(['debug']) };
  const labelled = (name: string, component?: string): KubernetesObject => ({
    ...object('Job', name),
    metadata: {
      name,
      labels: {
        'app.kubernetes.io/name': name,
        ...(component !== undefined && { 'app.kubernetes.io/component': component }),
      },
    },
  });

  test.each([
    ['of a service of the file: of an earlier version', labelled('web'), false],
    ['of nobody: of an earlier version', object('NetworkPolicy', 'all'), false],
    ['a release task of a service', labelled('web-migrate', 'release-task'), false],
    ['of a service whose name begins like another', labelled('web-migrate'), true],
    ['of a service that the file no longer has', labelled('admin'), true],
  ])('%s', (_, live, ofOrphan) => {
    expect(candidateOf(live, names)).toEqual({ live, ofOrphan });
  });

  test('of a service that no profile switches on now it stays', () => {
    expect(candidateOf(labelled('debug'), names)).toBeUndefined();
  });
});
