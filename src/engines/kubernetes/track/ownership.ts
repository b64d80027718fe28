import type { KubernetesObject } from '../object.ts';
import type { View } from './view.ts';
import type { Pod } from './wire.ts';

/** Pods of the version of a workload that is being brought up; not those that it replaces. */
export function newestPodsOf(workload: KubernetesObject, view: View): readonly Pod[] {
  switch (workload.kind) {
    case 'Deployment': {
      const newest = newestReplicaSetOf(workload, view);
      return newest === undefined ? [] : podsOwnedBy(newest, view);
    }
    case 'StatefulSet': {
      const { updateRevision } = (workload['status'] ?? {}) as { readonly updateRevision?: string };
      const pods = podsOwnedBy(workload, view);
      const updated = pods.filter((pod) => revisionOf(pod) === updateRevision);
      // The first that is replaced stands still when it does not become ready, and is the one to look at.
      return updated.length > 0 ? updated : pods;
    }
    case 'Pod':
      return [workload];
    default:
      return podsOwnedBy(workload, view);
  }
}

/** Whom the cluster lets make pods of a workload, or does not. */
export function makerOf(workload: KubernetesObject, view: View): KubernetesObject {
  return workload.kind === 'Deployment'
    ? (newestReplicaSetOf(workload, view) ?? workload)
    : workload;
}

function revisionOf({ metadata }: Pod): string | undefined {
  return metadata.labels?.['controller-revision-hash'];
}

const REVISION = 'deployment.kubernetes.io/revision';

function newestReplicaSetOf(
  deployment: KubernetesObject,
  view: View,
): KubernetesObject | undefined {
  const current = deployment.metadata.annotations?.[REVISION];
  return view
    .relatedTo(deployment, 'ReplicaSet')
    .find(({ metadata }) => metadata.annotations?.[REVISION] === current);
}

function podsOwnedBy(owner: KubernetesObject, view: View): readonly Pod[] {
  return view
    .relatedTo(owner, 'Pod')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .toSorted((a, b) =>
      (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''),
    );
}
