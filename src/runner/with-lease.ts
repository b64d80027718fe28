import type { Lease, LeaseHolder } from '../engine/lease.ts';
import type { Clock } from '../host/clock.ts';
import type { EventBody } from '../model/event.ts';
import { ExitCode } from '../model/exit-code.ts';
import { RunError } from '../model/finding.ts';

export interface WithLeaseOptions {
  /** What is done under it, as in `up`. */
  readonly command: string;
  /** Milliseconds to wait for another to give it back; 0: not at all. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: (body: EventBody) => void;
}

/** Milliseconds between two tries. */
const TRY_EVERY_MS = 100;
/** Milliseconds after which, and then every so often, someone who waits is told for whom. */
const SAY_EVERY_MS = 10_000;

/**
 * Does `work` while nobody else changes the project. An engine without a lease is not kept from anything.
 *
 * @throws {RunError} with exit code 4 when another holds it for too long.
 * @throws `signal.reason` when aborted while waiting.
 */
export async function withLease<T>(
  lease: Lease | undefined,
  options: WithLeaseOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (lease === undefined) return work();
  const held = await waitFor(lease, options);
  try {
    return await work();
  } finally {
    await held.release();
  }
}

async function waitFor(
  lease: Lease,
  { command, waitMs, clock, signal, emit }: WithLeaseOptions,
): Promise<{ release(): Promise<void> }> {
  const beganMs = clock.nowMs();
  let saidMs = -Infinity;
  for (;;) {
    signal.throwIfAborted();
    const answer = await lease.take(command, { signal });
    if (answer.kind === 'taken') return answer.lease;
    const waitedMs = clock.nowMs() - beganMs;
    if (waitedMs >= waitMs) throw new RunError([finding(answer.by)], { exitCode: ExitCode.held });
    if (waitedMs - saidMs >= SAY_EVERY_MS) {
      saidMs = waitedMs;
      const text = `waiting for ${inWords(answer.by)}, which changes this project now`;
      emit({ kind: 'note', level: 'info', text });
    }
    // Aborted: the next look at the signal says so in its own words.
    await clock
      .sleep(Math.min(lease.pollMs ?? TRY_EVERY_MS, waitMs - waitedMs), signal)
      .catch(() => {});
  }
}

function inWords({ command, pid, host }: LeaseHolder): string {
  return `"bowline ${command}" (process ${pid}${host === undefined ? '' : ` on ${host}`})`;
}

function finding(by: LeaseHolder) {
  return {
    code: 'lease/held',
    cause: `${inWords(by)} changes this project since ${new Date(by.sinceMs).toISOString()}`,
    fix: [
      'Wait for its end, or interrupt it with Ctrl-C where it runs; then repeat the command.',
      by.host === undefined
        ? 'When its process ends, however it ends, the lease is free.'
        : 'When its process ends without giving it back, the lease is free half a minute after its last sign of life.',
    ],
  } as const;
}
