import { expect, test } from 'vitest';

import type { RestartPolicy } from '../../../model/project.ts';
import { next, type UnitEvent, type UnitState } from './unit-state.ts';

const recorder = { pid: 7, start: '70' };
const main = { pid: 8, start: '80' };
const live = { recorder, main, startedAtMs: 1000, restarts: 0, failures: 0 };
const failed = { kind: 'code', code: 1 } as const;
const done = { kind: 'code', code: 0 } as const;

const start: UnitEvent = { kind: 'start' };
const spawned: UnitEvent = { kind: 'spawned', recorder, main, atMs: 1000 };
const stop: UnitEvent = { kind: 'stop', atMs: 1500 };
const due: UnitEvent = { kind: 'due' };
const sweptAt = (atMs: number, jitter = 0): UnitEvent => ({ kind: 'swept', atMs, jitter });
const crashed: readonly UnitEvent[] = [{ kind: 'ended', exit: failed }, sweptAt(1100)];
const finished: readonly UnitEvent[] = [{ kind: 'ended', exit: done }, sweptAt(1100)];
const again: readonly UnitEvent[] = [due, spawned];

const always: RestartPolicy = { kind: 'always' };
const twice: RestartPolicy = { kind: 'on-failure', maxRetries: 2 };

function after(policy: RestartPolicy, ...events: readonly UnitEvent[]): UnitState {
  const created: UnitState = { kind: 'created' };
  return events.reduce<UnitState>((state, event) => next(state, event, policy), created);
}

test.each<[string, RestartPolicy, readonly UnitEvent[], UnitState]>([
  ['what is started runs', always, [start, spawned], { kind: 'running', ...live }],
  [
    'the end of the main process comes before the end of the rest',
    always,
    [start, spawned, { kind: 'ended', exit: failed }],
    { kind: 'sweeping', ...live, exit: failed, stopped: false },
  ],
  [
    'a crash waits before the restart',
    always,
    [start, spawned, ...crashed],
    { kind: 'backing-off', exit: failed, restarts: 0, failures: 1, nextStartAtMs: 1200 },
  ],
  [
    'each wait is twice the last',
    always,
    [start, spawned, ...crashed, ...again, ...crashed, ...again, ...crashed],
    { kind: 'backing-off', exit: failed, restarts: 2, failures: 3, nextStartAtMs: 1500 },
  ],
  [
    'a wait varies by a tenth',
    always,
    [start, spawned, { kind: 'ended', exit: failed }, sweptAt(1100, -1)],
    { kind: 'backing-off', exit: failed, restarts: 0, failures: 1, nextStartAtMs: 1190 },
  ],
  [
    'ten seconds of running forget the failures before',
    always,
    [start, spawned, ...crashed, ...again, { kind: 'ended', exit: failed }, sweptAt(11_000)],
    { kind: 'backing-off', exit: failed, restarts: 1, failures: 1, nextStartAtMs: 11_100 },
  ],
  [
    '"always" starts again after a success too',
    always,
    [start, spawned, ...finished],
    { kind: 'backing-off', exit: done, restarts: 0, failures: 1, nextStartAtMs: 1200 },
  ],
  [
    '"on-failure" does not start again after a success',
    twice,
    [start, spawned, ...finished],
    { kind: 'exited', exit: done, finishedAtMs: 1100, stopped: false, restarts: 0 },
  ],
  [
    '"on-failure:2" gives up after two restarts',
    twice,
    [start, spawned, ...crashed, ...again, ...crashed, ...again, ...crashed],
    { kind: 'exited', exit: failed, finishedAtMs: 1100, stopped: false, restarts: 2 },
  ],
  [
    '"no" never starts again',
    { kind: 'no' },
    [start, spawned, ...crashed],
    { kind: 'exited', exit: failed, finishedAtMs: 1100, stopped: false, restarts: 0 },
  ],
  [
    'what a command stops stays stopped',
    always,
    [start, spawned, stop, ...crashed],
    { kind: 'exited', exit: failed, finishedAtMs: 1100, stopped: true, restarts: 0 },
  ],
  [
    'a stop while the rest is being ended prevents the restart',
    always,
    [start, spawned, { kind: 'ended', exit: failed }, stop, sweptAt(1600)],
    { kind: 'exited', exit: failed, finishedAtMs: 1600, stopped: true, restarts: 0 },
  ],
  [
    'a stop ends a wait',
    always,
    [start, spawned, ...crashed, stop, due],
    { kind: 'exited', exit: failed, finishedAtMs: 1500, stopped: true, restarts: 0 },
  ],
  [
    'a command starts at once what waits, and counts anew',
    always,
    [start, spawned, ...crashed, start],
    { kind: 'starting', restarts: 0, failures: 0 },
  ],
  [
    'what cannot be spawned is not tried again',
    always,
    [start, { kind: 'spawn-failed', exit: { kind: 'unknown' }, atMs: 1000 }],
    {
      kind: 'exited',
      exit: { kind: 'unknown' },
      finishedAtMs: 1000,
      stopped: false,
      restarts: 0,
    },
  ],
  ['what runs is not started twice', always, [start, spawned, start], { kind: 'running', ...live }],
])('%s', (...[, policy, events, expected]) => {
  expect(after(policy, ...events)).toEqual(expected);
});

test('the wait never exceeds a minute', () => {
  const state: UnitState = {
    kind: 'sweeping',
    ...live,
    failures: 40,
    exit: failed,
    stopped: false,
  };
  expect(next(state, sweptAt(1100), always)).toMatchObject({ nextStartAtMs: 61_100 });
});
