import { setTimeout as sleep } from 'node:timers/promises';

/** Time as the program sees it; tests hand in one that does not pass by itself. */
export interface Clock {
  /** Milliseconds that only grow; the zero is arbitrary. */
  nowMs(): number;
  /** Unix time in milliseconds. */
  wallMs(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};
