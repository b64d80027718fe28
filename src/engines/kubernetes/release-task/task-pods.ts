import type { KubernetesObject } from '../object.ts';
import { mainContainerOf } from '../observe.ts';
import { LABEL } from '../options.ts';
import { type ContainerStatus, type Job, type Pod, timeMs } from '../track/wire.ts';

/** Ends of a container that never began: there is nothing that it could have done. */
const NOT_BEGUN = ['StartError', 'ContainerCannotRun'];

/** The first made first. */
export function inOrderOfTime<T extends KubernetesObject>(objects: readonly T[]): readonly T[] {
  return objects.toSorted(
    (a, b) => timeMs(a.metadata.creationTimestamp) - timeMs(b.metadata.creationTimestamp),
  );
}

/** Has the command itself begun? Not what waits for its database. */
export function hasBegun(pod: Pod): boolean {
  const { running, terminated } = mainStatusOf(pod)?.state ?? {};
  if (running !== undefined) return true;
  return terminated !== undefined && !NOT_BEGUN.includes(terminated.reason ?? '');
}

export function isRunning(pod: Pod): boolean {
  return mainStatusOf(pod)?.state?.running !== undefined;
}

export function mainStatusOf(pod: Pod): ContainerStatus | undefined {
  const main = mainContainerOf(pod);
  return pod.status?.containerStatuses?.find(({ name }) => name === main);
}

/** How a Job has ended; absent: it has not. */
export function endOfJob({
  status = {},
}: Job):
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string }
  | undefined {
  for (const { type, status: is, reason = '', message = '' } of status.conditions ?? []) {
    if (is === 'True' && type === 'Complete') return { kind: 'complete' };
    if (is === 'True' && type === 'Failed') return { kind: 'failed', reason, message };
  }
  return undefined;
}

/** Pods of the last run of each release task, the first made first: not those of the versions before. */
export function lastTaskPods(pods: readonly Pod[]): readonly Pod[] {
  const ordered = inOrderOfTime(pods);
  const last = new Map(ordered.map((pod) => [pod.metadata.labels?.[LABEL.name], jobOf(pod)]));
  return ordered.filter((pod) => last.get(pod.metadata.labels?.[LABEL.name]) === jobOf(pod));
}

function jobOf({ metadata }: Pod): string | undefined {
  return metadata.ownerReferences?.find(({ kind }) => kind === 'Job')?.uid;
}
