import { exitInWords } from '../../../diagnose/exit-in-words.ts';
import { releaseTaskFailed, type TaskEnd } from '../../../diagnose/release-task-failed.ts';
import type { Finding } from '../../../model/finding.ts';
import type { Service } from '../../../model/project.ts';
import type { ReleaseTask } from '../../../model/release-task.ts';
import type { Job, Pod } from '../track/wire.ts';
import { endOfJob, hasBegun, mainStatusOf } from './task-pods.ts';

/** What is known when a release task has not done what it is there for. */
export interface FailedTask {
  readonly service: Service;
  readonly task: ReleaseTask;
  /** What it has written. */
  readonly lines: readonly string[];
  readonly job: Job | undefined;
  /** The first made first. */
  readonly pods: readonly Pod[];
  /** What the cluster says is in its way. */
  readonly findings: readonly Finding[];
}

/** Why a release task failed, in the words in which it is told of on every engine. */
export function taskFailure(failed: FailedTask): readonly Finding[] {
  const { service, task, job, pods, findings } = failed;
  const how = howItEnded(job, pods);
  if (how !== undefined)
    return [releaseTaskFailed({ service: service.name, task, how, lines: proofOf(failed) })];
  const what = pods.some(hasBegun) ? 'failed' : 'could not be started';
  return findings.map((finding) => ({
    ...finding,
    code: 'task/failed',
    service: service.name,
    cause: `the release task of ${service.name} ${what}: ${finding.cause}`,
    at: task.at,
  }));
}

function howItEnded(job: Job | undefined, pods: readonly Pod[]): TaskEnd['how'] | undefined {
  const end = job === undefined ? undefined : endOfJob(job);
  if (end?.kind === 'failed' && end.reason === 'DeadlineExceeded') return { kind: 'too-late' };
  // While it may try again, only the last try can have been what stopped it.
  const last = end === undefined ? pods.slice(-1) : pods;
  const terminated = last
    .filter(hasBegun)
    .flatMap((pod) => mainStatusOf(pod)?.state?.terminated ?? [])
    .at(-1);
  if (terminated === undefined || terminated.exitCode === 0) return undefined;
  const tries = job?.status?.failed ?? 1;
  const words =
    terminated.reason === 'OOMKilled'
      ? 'was killed, for it took more memory than it may'
      : exitInWords({ kind: 'code', code: terminated.exitCode });
  return tries > 1 ? `${words}, the last of ${tries} tries` : words;
}

/** Where it could not be followed, its last words were read all the same. */
function proofOf({ lines, findings }: FailedTask): readonly string[] {
  return lines.length > 0 ? lines : findings.flatMap(({ proof = [] }) => proof);
}
