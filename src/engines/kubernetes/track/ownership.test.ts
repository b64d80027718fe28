import { expect, test } from 'vitest';

import type { KubernetesObject } from '../object.ts';
import { podsOfNewVersion } from './ownership.ts';
import type { Workload } from './wire.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const TEMPLATE = 'deprecated.daemonset.template.generation';

/** A workload that was applied for the second time, and what its controller has noted of it. */
function applied(kind: string, seen: { readonly revision: string } & Workload['status']): Workload {
  const { revision, ...status } = seen;
  const annotations = { [REVISION]: revision, [TEMPLATE]: revision };
  const metadata = { name: 'web', generation: 2, annotations };
  return { apiVersion: 'apps/v1', kind, metadata, status };
}

const replicaSet = (revision: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: `web-${revision}`, annotations: { [REVISION]: revision } },
});

const pod = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    labels: { 'controller-revision-hash': name, 'pod-template-generation': name.slice(-1) },
  },
});

/** Each ReplicaSet has one pod of its name; others have one of each version. */
const view = {
  relatedTo: ({ kind, metadata }: KubernetesObject, wanted: string) => {
    if (wanted === 'ReplicaSet') return [replicaSet('1'), replicaSet('2')];
    return kind === 'ReplicaSet' ? [pod(metadata.name)] : [pod('web-1'), pod('web-2')];
  },
};

test.each([
  ['a Deployment', applied('Deployment', { observedGeneration: 1, revision: '1' }), []],
  ['a Deployment', applied('Deployment', { observedGeneration: 2, revision: '2' }), ['web-2']],
  [
    'a StatefulSet',
    applied('StatefulSet', { observedGeneration: 1, revision: '', updateRevision: 'web-1' }),
    [],
  ],
  [
    'a StatefulSet',
    applied('StatefulSet', { observedGeneration: 2, revision: '', updateRevision: 'web-2' }),
    ['web-2'],
  ],
  [
    'a StatefulSet',
    applied('StatefulSet', { observedGeneration: 2, revision: '', updateRevision: 'web-3' }),
    [],
  ],
  ['a DaemonSet', applied('DaemonSet', { observedGeneration: 1, revision: '1' }), []],
  ['a DaemonSet', applied('DaemonSet', { observedGeneration: 2, revision: '2' }), ['web-2']],
  ['a DaemonSet', applied('DaemonSet', { observedGeneration: 2, revision: '3' }), []],
])('%s has pods of its new version only once it is noted and they are made', (_, it, names) => {
  expect(podsOfNewVersion(it, view).map(({ metadata }) => metadata.name)).toEqual(names);
});
