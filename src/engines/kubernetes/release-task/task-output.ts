import { ApiError, isNotFound } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { mainContainerOf } from '../observe.ts';
import { idOf } from '../object.ts';
import { PodLog } from '../pod-log.ts';
import type { View } from '../track/view.ts';
import type { Job, Pod } from '../track/wire.ts';
import { hasBegun, inOrderOfTime, isRunning } from './task-pods.ts';

export interface TaskOutput {
  readonly cluster: Cluster;
  readonly view: View;
  readonly service: string;
  /** As it is now; absent: it is not seen yet. */
  readonly job: () => Job | undefined;
  /** Nothing more will come of it. */
  readonly isOver: () => boolean;
  readonly show: (text: string) => void;
  /** What it writes cannot be read. */
  readonly onUnreadable: (error: ApiError) => void;
}

/** How often it is looked even if nothing is said to have changed. */
const LOOK_MS = 500;

/**
 * Shows what the pods of a Job write while they write it, one pod after the other: a Job that may try again makes the
 * next one when the one before has failed. Ends when all was shown.
 */
export async function showTaskOutput(task: TaskOutput, signal: AbortSignal): Promise<void> {
  const shown = new Set<string>();
  for (;;) {
    signal.throwIfAborted();
    const isOver = task.isOver();
    const pods = podsOf(task);
    const next = pods.find((pod) => !shown.has(keyOf(pod)) && hasBegun(pod));
    if (next !== undefined) {
      shown.add(keyOf(next));
      await showPod(task, next, signal);
    } else if (isOver && areAllSeen(task, pods)) return;
    else await task.view.change(LOOK_MS, signal);
  }
}

function podsOf({ job, view }: TaskOutput): readonly Pod[] {
  const found = job();
  return found === undefined ? [] : inOrderOfTime<Pod>(view.relatedTo(found, 'Pod'));
}

function keyOf({ metadata }: Pod): string {
  return metadata.uid ?? metadata.name;
}

/** That the Job is over may be known here before it is known that its pods are. */
function areAllSeen({ job }: TaskOutput, pods: readonly Pod[]): boolean {
  const { succeeded = 0, failed = 0 } = job()?.status ?? {};
  const ended = pods.filter(
    ({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed',
  );
  return ended.length >= succeeded + failed;
}

async function showPod(task: TaskOutput, pod: Pod, signal: AbortSignal): Promise<void> {
  const { name, namespace = '' } = pod.metadata;
  const place = { namespace, pod: name, container: mainContainerOf(pod), service: task.service };
  const log = new PodLog(task.cluster, place);
  for (;;) {
    const now: Pod | undefined = task.view.get(idOf(pod));
    const isThere = now !== undefined && now.metadata.uid === pod.metadata.uid;
    // What is read from now on is all that there will be.
    const isEnded = !isThere || !isRunning(now);
    try {
      for await (const { text } of log.read({ follow: true }, signal)) task.show(text);
    } catch (error) {
      signal.throwIfAborted();
      if (isNotFound(error)) return;
      if (isEnded || isRefusal(error)) {
        if (error instanceof ApiError) task.onUnreadable(error);
        return;
      }
    }
    if (isEnded) return;
    await task.view.change(LOOK_MS, signal);
  }
}

/** Asked again it would be refused again. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}
