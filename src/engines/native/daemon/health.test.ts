import { describe, expect, test } from 'vitest';

import type { ProbeSchedule } from '../unit.ts';
import { type HealthState, nextHealth, pauseMs, startingHealth } from './health.ts';

const docker: ProbeSchedule = {
  intervalMs: 30_000,
  timeoutMs: 30_000,
  retries: 3,
  startPeriodMs: 0,
  startIntervalMs: 5000,
};

/** Probes that begin at the given times; `+` in front of a time is a success. */
function after(
  schedule: ProbeSchedule,
  ...probes: readonly (number | `+${number}`)[]
): HealthState {
  return probes.reduce<HealthState>((state, probe) => {
    const healthy = typeof probe === 'string';
    return nextHealth(
      state,
      { healthy, output: 'seen', startedAtMs: Number(probe), tookMs: 1 },
      schedule,
    );
  }, startingHealth);
}

describe('health', () => {
  test.each<[string, ProbeSchedule, readonly (number | `+${number}`)[], HealthState['kind']]>([
    ['the first success is enough', docker, [0, 50, '+300'], 'healthy'],
    ['quick failures at the start say nothing', docker, [0, 50, 300, 1300, 2300, 3300], 'starting'],
    ['a service fails as late as in Docker', docker, [0, 30_000, 60_000, 89_000], 'starting'],
    ['and then it has failed', docker, [0, 30_000, 60_000, 90_000], 'unhealthy'],
    ['fewer failures than retries after a success', docker, ['+0', 10, 20], 'healthy'],
    ['as many failures as retries after a success', docker, ['+0', 10, 20, 30], 'unhealthy'],
    ['a success in between starts the count anew', docker, ['+0', 10, 20, '+30', 40], 'healthy'],
    ['one success heals', docker, ['+0', 10, 20, 30, '+40'], 'healthy'],
    [
      'failures within the start period do not count',
      { ...docker, intervalMs: 10, startPeriodMs: 1000 },
      [0, 100, 200, 300, 999],
      'starting',
    ],
    [
      'failures after the start period count',
      { ...docker, intervalMs: 10, startPeriodMs: 1000 },
      [0, 1000, 1010, 1020],
      'unhealthy',
    ],
    [
      'a success ends the start period',
      { ...docker, intervalMs: 10, startPeriodMs: 1000 },
      ['+0', 10, 20, 30],
      'unhealthy',
    ],
  ])('%s', (...[, schedule, probes, expected]) => {
    expect(after(schedule, ...probes).kind).toBe(expected);
  });

  test('the last output is kept', () => {
    expect(after(docker, 0).lastOutput).toBe('seen');
  });
});

/** Times of so many failing probes, all before Docker's first. */
function manyProbes(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe('the pause before the next probe', () => {
  test.each<[string, HealthState, Partial<ProbeSchedule>, number, number]>([
    ['is 15 ms at first', after(docker, 0), {}, 1, 15],
    ['is 50 ms after 20 probes', after(docker, ...manyProbes(21)), {}, 1, 50],
    ['is 250 ms after 40 probes', after(docker, ...manyProbes(41)), {}, 1, 250],
    ['is a second after 60 probes', after(docker, ...manyProbes(61)), {}, 1, 1000],
    [
      'is never longer than start_interval',
      after(docker, ...manyProbes(61)),
      { startIntervalMs: 200 },
      1,
      200,
    ],
    ['is at least as long as a costly probe took', after(docker, 0), {}, 800, 800],
    ['is the interval after a success', after(docker, '+0'), {}, 1, 30_000],
    ['is the interval when unhealthy', after(docker, 30_000, 60_000, 90_000), {}, 1, 30_000],
  ])('%s', (...[, state, schedule, tookMs, expected]) => {
    expect(pauseMs(state, { ...docker, ...schedule }, tookMs)).toBe(expected);
  });
});
