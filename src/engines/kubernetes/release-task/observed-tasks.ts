import type { ObservedTask, TaskState } from '../../../model/observed.ts';
import type { KubernetesObject } from '../object.ts';
import { FINGERPRINT, type KubernetesOptions } from '../options.ts';
import { isTask, ownerOf } from '../parts.ts';
import { type Job, timeMs } from '../track/wire.ts';
import { endOfJob, inOrderOfTime } from './task-pods.ts';

/** The last runs of release tasks, as a plan compares them. */
export function observedTasks(
  options: Pick<KubernetesOptions, 'names' | 'adopt'>,
  workloads: readonly KubernetesObject[],
): readonly ObservedTask[] {
  const jobs = inOrderOfTime(workloads.filter((object): object is Job => isTask(object)));
  const last = new Map(
    jobs.flatMap((job) => {
      const service = ownerOf(options, job);
      return service === undefined ? [] : [[service, job] as const];
    }),
  );
  return [...last].map(([service, job]) => ({
    service,
    fingerprint: job.metadata.annotations?.[FINGERPRINT] ?? '',
    state: stateOf(job),
  }));
}

/**
 * With what the next look compares. Of several Jobs of one service only the last bears it: the others are done when
 * that is there.
 */
export function withFingerprint(job: KubernetesObject, fingerprint: string): KubernetesObject {
  const annotations = { ...job.metadata.annotations, [FINGERPRINT]: fingerprint };
  return { ...job, metadata: { ...job.metadata, annotations } };
}

function stateOf(job: Job): TaskState {
  const startedAtMs = timeMs(job.status?.startTime ?? job.metadata.creationTimestamp);
  const end = endOfJob(job);
  if (end === undefined) return { kind: 'running', startedAtMs };
  const at = job.status?.conditions?.find(({ type }) => type === 'Failed')?.lastTransitionTime;
  return {
    kind: 'finished',
    finishedAtMs: timeMs(job.status?.completionTime ?? at) || startedAtMs,
    // With which code it failed, its pods know, as long as they are there.
    exit: { kind: 'code', code: end.kind === 'complete' ? 0 : 1 },
  };
}
