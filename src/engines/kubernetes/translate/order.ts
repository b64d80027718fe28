import type { DraftObject } from './draft.ts';

/** What others need comes first: applied one after the other, nothing has to wait for what is not there yet. */
const KINDS = [
  'Namespace',
  'ServiceAccount',
  'NetworkPolicy',
  'Secret',
  'ConfigMap',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Service',
  'EndpointSlice',
  'Job',
  'StatefulSet',
  'DaemonSet',
  'Deployment',
  'PodDisruptionBudget',
  'Ingress',
  'HTTPRoute',
];

/** By kind, then by name; an object that several services share is there once. */
export function inOrder(drafts: readonly DraftObject[]): readonly DraftObject[] {
  const found = new Map<string, DraftObject>();
  for (const draft of drafts) {
    const key = `${String(KINDS.indexOf(draft.kind)).padStart(2, '0')} ${draft.metadata.name}`;
    if (!found.has(key)) found.set(key, draft);
  }
  return [...found.entries()]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, draft]) => draft);
}
