import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { within } from './delay.ts';
import { errorCodeOf } from './error-code.ts';
import { killGroup } from './process-identity.ts';

export interface LimitedOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly runAs?: { readonly uid: number; readonly gid: number };
  /** Milliseconds after which it is killed, and whatever it has started. */
  readonly timeoutMs: number;
  /** Bytes of output that are kept, from the end. */
  readonly keepBytes: number;
  readonly signal: AbortSignal;
}

/** `output` is standard output and standard error in the order in which they came. */
export type LimitedResult =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  | { readonly kind: 'killed'; readonly signal: string; readonly output: string }
  | { readonly kind: 'timed-out'; readonly output: string }
  /** As the system calls it: `ENOENT`, `EACCES`. */
  | { readonly kind: 'not-started'; readonly code: string };

/** Milliseconds for the last output of a program that has ended, while something it left behind keeps the pipe open. */
const lastOutputMs = 50;

/**
 * Runs a short command in a session of its own.
 *
 * @throws `signal.reason` when aborted; then its group is killed.
 */
export async function runLimited(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, environment, runAs, timeoutMs, keepBytes, signal }: LimitedOptions,
): Promise<LimitedResult> {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    cwd,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...runAs,
  });
  let output = Buffer.alloc(0);
  const keep = (chunk: Buffer): void => {
    output = Buffer.concat([output, chunk]).subarray(-keepBytes);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let timedOut = false;
  const kill = (): void => killGroup(child.pid ?? 0);
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const closed = once(child, 'close');
    // Rejects as well when the program cannot be started.
    closed.catch(() => {});
    await once(child, 'exit');
    await within(closed, lastOutputMs);
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'not-started', code: errorCodeOf(error) ?? 'EUNKNOWN' };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    child.stdout.destroy();
    child.stderr.destroy();
  }
  const text = output.toString('utf8');
  if (timedOut) return { kind: 'timed-out', output: text };
  return child.signalCode === null
    ? { kind: 'exited', code: child.exitCode ?? 0, output: text }
    : { kind: 'killed', signal: child.signalCode, output: text };
}
