import type { JobFacts, PodFacts } from './kubernetes-facts.ts';
import { lastLines, type Trouble } from './trouble.ts';

const LOG_LINES = 12;

/** A Job has failed for good. */
export function jobFailed(job: JobFacts): Trouble | undefined {
  const { failed, name, failures } = job;
  if (failed === undefined) return undefined;
  const title = `Job/${name}`;
  const ended = lastEnd(job.pods);
  const how = ended === undefined ? '' : ` with exit code ${ended.exitCode}`;
  if (failed.reason === 'DeadlineExceeded') {
    return fatal({
      code: 'kubernetes/job-deadline',
      service: title,
      cause: `${title} took longer than its activeDeadlineSeconds allow`,
      proof: ended === undefined ? [failed.message] : lastLines(ended.log, LOG_LINES),
      fix: ['Raise activeDeadlineSeconds, or see in its log what it waits for.'],
    });
  }
  return fatal({
    code: 'kubernetes/job-failed',
    service: title,
    cause: `${title} failed${how}, ${failures === 1 ? 'once' : `${failures} times`}; it may not try again`,
    proof:
      ended !== undefined && ended.log.length > 0
        ? lastLines(ended.log, LOG_LINES)
        : [failed.message],
    fix: [
      `What comes after it was not started. All it wrote: kubectl logs -n ${job.namespace} job/${name}`,
    ],
  });
}

function lastEnd(
  pods: readonly PodFacts[],
): { readonly exitCode: number; readonly log: readonly string[] } | undefined {
  const ends = pods.flatMap(({ containers }) =>
    containers.flatMap(({ state, crashes }) => {
      const crash = crashes.at(-1);
      if (crash !== undefined && crash.exitCode !== 0) return crash;
      return state.kind === 'terminated' && state.exitCode !== 0 ? { ...state, log: [] } : [];
    }),
  );
  return ends.at(-1);
}

function fatal(finding: Trouble['finding']): Trouble {
  return { verdict: 'fatal', finding };
}
