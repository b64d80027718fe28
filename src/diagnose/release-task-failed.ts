import type { Finding } from '../model/finding.ts';
import type { ReleaseTask } from '../model/release-task.ts';

const LAST_LINES = 12;

/** How a release task came to its end, where that was no success. */
export interface TaskEnd {
  readonly service: string;
  readonly task: ReleaseTask;
  /** The rest of a sentence, as in `exited with code 1`; `too-late`: it was ended, for it took too long. */
  readonly how: string | { readonly kind: 'too-late' };
  /** What it wrote, or the end of that. */
  readonly lines: readonly string[];
}

/** A release task has not done what it is there for. */
export function releaseTaskFailed({ service, task, how, lines }: TaskEnd): Finding {
  const isLate = typeof how !== 'string';
  const words = isLate
    ? `was ended after ${task.timeoutMs / 1000} s, the longest that it may take`
    : how;
  return {
    code: isLate ? 'task/timed-out' : 'task/failed',
    service,
    cause: `the release task of ${service} ${words}`,
    proof: lines.filter((line) => line.trim() !== '').slice(-LAST_LINES),
    fix: [`bowline logs ${service} --task shows all that it wrote.`],
    at: task.at,
  };
}
