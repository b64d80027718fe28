import type { KubernetesObject } from '../object.ts';
import type { View } from './view.ts';
import type { Pod, Workload } from './wire.ts';

type Related = Pick<View, 'relatedTo'>;

/** Pods of the version of a workload that is being brought up; not those that it replaces. */
export function newestPodsOf(workload: KubernetesObject, view: Related): readonly Pod[] {
  switch (workload.kind) {
    case 'Deployment': {
      const newest = newestReplicaSetOf(workload, view);
      return newest === undefined ? [] : podsOwnedBy(newest, view);
    }
    case 'StatefulSet': {
      const pods = podsOwnedBy(workload, view);
      const updated = pods.filter((pod) => isUpdated(pod, workload));
      // The first that is replaced stands still when it does not become ready, and is the one to look at.
      return updated.length > 0 ? updated : pods;
    }
    case 'Pod':
      return [workload];
    default:
      return podsOwnedBy(workload, view);
  }
}

/** Pods of the version that was applied last; none as long as the cluster has not taken note of it. */
export function podsOfNewVersion(workload: Workload, view: Related): readonly Pod[] {
  const { generation = 0 } = workload.metadata;
  if ((workload.status?.observedGeneration ?? 0) < generation) return [];
  const pods = newestPodsOf(workload, view);
  switch (workload.kind) {
    case 'StatefulSet':
      return pods.filter((pod) => isUpdated(pod, workload));
    case 'DaemonSet':
      return pods.filter((pod) => isOfTemplate(pod, workload));
    default:
      return pods;
  }
}

/** Whom the cluster lets make pods of a workload, or does not. */
export function makerOf(workload: KubernetesObject, view: Related): KubernetesObject {
  return workload.kind === 'Deployment'
    ? (newestReplicaSetOf(workload, view) ?? workload)
    : workload;
}

function isUpdated({ metadata }: Pod, { status }: Workload): boolean {
  return metadata.labels?.['controller-revision-hash'] === status?.updateRevision;
}

/** The cluster counts the templates of a DaemonSet, and writes the number on each pod. */
function isOfTemplate(pod: Pod, { metadata }: Workload): boolean {
  const current = metadata.annotations?.['deprecated.daemonset.template.generation'];
  return pod.metadata.labels?.['pod-template-generation'] === current;
}

const REVISION = 'deployment.kubernetes.io/revision';

function newestReplicaSetOf(
  deployment: KubernetesObject,
  view: Related,
): KubernetesObject | undefined {
  const current = deployment.metadata.annotations?.[REVISION];
  return view
    .relatedTo(deployment, 'ReplicaSet')
    .find(({ metadata }) => metadata.annotations?.[REVISION] === current);
}

function podsOwnedBy(owner: KubernetesObject, view: Related): readonly Pod[] {
  return view
    .relatedTo(owner, 'Pod')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .toSorted((a, b) =>
      (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''),
    );
}
