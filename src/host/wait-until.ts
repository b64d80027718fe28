import type { Clock } from './clock.ts';

/** `waitUntil` gave up. Its `cause` is the last error of the probe. */
class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError';
}

export interface WaitOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Named in the error, as in "db to be ready". */
  readonly what: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/**
 * Calls `probe` until it gives a value, then gives that value.
 *
 * @throws {WaitTimeoutError} when `timeoutMs` has passed.
 * @throws `signal.reason` when aborted: at once in a sleep, and as soon as `probe` heeds its signal.
 */
export async function waitUntil<T>(
  probe: (signal: AbortSignal) => Promise<T | undefined>,
  { clock, signal, what, everyMs, timeoutMs }: WaitOptions,
): Promise<T> {
  const giveUpAtMs = clock.nowMs() + timeoutMs;
  let cause: unknown;
  for (;;) {
    signal.throwIfAborted();
    try {
      const value = await probe(signal);
      if (value !== undefined) return value;
    } catch (error) {
      signal.throwIfAborted();
      cause = error;
    }
    const leftMs = giveUpAtMs - clock.nowMs();
    if (leftMs <= 0) {
      throw new WaitTimeoutError(`gave up after ${timeoutMs} ms waiting for ${what}`, { cause });
    }
    await clock.sleep(Math.min(everyMs, leftMs), signal);
  }
}
