import type { ProbeSchedule } from '../unit.ts';

/** What the probes have said so far. Milliseconds are since the start of the process. */
export interface HealthState {
  readonly kind: 'starting' | 'healthy' | 'unhealthy';
  readonly lastOutput?: string;
  /** Failures in a row that count. */
  readonly failures: number;
  /** Probes before the first success. */
  readonly probes: number;
  /** When the last failure that counts began. */
  readonly countedAtMs?: number;
  /** One success ends the time of starting for good. */
  readonly succeeded: boolean;
}

export interface ProbeResult {
  readonly healthy: boolean;
  readonly output: string;
  /** When the probe began. */
  readonly startedAtMs: number;
  readonly tookMs: number;
}

export const startingHealth: HealthState = {
  kind: 'starting',
  failures: 0,
  probes: 0,
  succeeded: false,
};

/** Pauses before the first success: so many probes, this long apart. A service mostly starts within a second. */
const quickPauses = [
  { untilProbe: 20, pauseMs: 15 },
  { untilProbe: 40, pauseMs: 50 },
  { untilProbe: 60, pauseMs: 250 },
  { untilProbe: Infinity, pauseMs: 1000 },
] as const;

/**
 * Docker's rules: `retries` failures in a row make `unhealthy`, those within the start period do not count, one success
 * makes `healthy`. As the probes before the first success come faster than Docker's, a failure then counts only where
 * Docker would have probed: quick looks find a success sooner and a failure no sooner.
 */
export function nextHealth(
  state: HealthState,
  { healthy, output, startedAtMs }: ProbeResult,
  schedule: ProbeSchedule,
): HealthState {
  const seen = { probes: state.probes + 1, lastOutput: output };
  if (healthy) return { ...seen, kind: 'healthy', failures: 0, succeeded: true };
  if (!counts(state, startedAtMs, schedule)) return { ...state, ...seen };
  const failures = state.failures + 1;
  return {
    ...seen,
    kind: failures >= schedule.retries ? 'unhealthy' : state.kind,
    failures,
    countedAtMs: startedAtMs,
    succeeded: state.succeeded,
  };
}

/** Milliseconds from the end of the last probe to the start of the next. */
export function pauseMs(
  state: HealthState,
  { intervalMs, startIntervalMs }: ProbeSchedule,
  tookMs: number,
): number {
  if (state.succeeded || state.kind !== 'starting') return Math.max(intervalMs, 1);
  const quickMs = quickPauses.find(({ untilProbe }) => state.probes <= untilProbe)?.pauseMs ?? 0;
  // A costly probe shall not take more than half of a processor.
  const wantedMs = Math.max(quickMs, Math.min(tookMs, intervalMs));
  return Math.max(Math.min(wantedMs, startIntervalMs, intervalMs), 1);
}

function counts(state: HealthState, startedAtMs: number, schedule: ProbeSchedule): boolean {
  if (state.succeeded || state.kind === 'unhealthy') return true;
  const { startPeriodMs, intervalMs } = schedule;
  if (state.countedAtMs !== undefined) return startedAtMs >= state.countedAtMs + intervalMs;
  return startedAtMs >= (startPeriodMs > 0 ? startPeriodMs : intervalMs);
}
