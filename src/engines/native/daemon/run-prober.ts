import { type Clock, systemClock } from '../../../host/clock.ts';
import type { ProbeSchedule } from '../unit.ts';
import { type HealthState, nextHealth, pauseMs } from './health.ts';
import type { ProbeAnswer } from './probe.ts';

export interface ProberOptions {
  readonly schedule: ProbeSchedule;
  readonly look: (signal: AbortSignal) => Promise<ProbeAnswer>;
  readonly initial: HealthState;
  /** Milliseconds since the start of the process. */
  readonly ageMs: number;
  readonly onHealth: (health: HealthState) => void;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** Looks again and again, never twice at a time. Returns when aborted. */
export async function runProber(options: ProberOptions): Promise<void> {
  const { schedule, look, initial, ageMs, onHealth, signal, clock = systemClock } = options;
  const startedMs = clock.nowMs() - ageMs;
  let health = initial;
  try {
    while (!signal.aborted) {
      const beganMs = clock.nowMs();
      const answer = await look(signal);
      const tookMs = clock.nowMs() - beganMs;
      health = nextHealth(
        health,
        { ...answer, startedAtMs: beganMs - startedMs, tookMs },
        schedule,
      );
      onHealth(health);
      await clock.sleep(pauseMs(health, schedule, tookMs), signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
