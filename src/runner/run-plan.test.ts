import { expect, test } from 'vitest';

import type { Engine } from '../engine/engine.ts';
import { systemClock } from '../host/clock.ts';
import type { EventBody } from '../model/event.ts';
import { RunError } from '../model/finding.ts';
import { type Plan, type Step, stepIdOf } from '../model/step.ts';
import { runPlan } from './run-plan.ts';

type Act = (step: Step, signal: AbortSignal) => Promise<{ readonly changed: boolean }>;

function engine(act: Act): Engine {
  return {
    execute: (step: Step, { signal }: { signal: AbortSignal }) => act(step, signal),
  } as unknown as Engine;
}

const volume = (name: string): Step => ({ kind: 'create-volume', volume: name });
const planned = (step: Step, ...after: readonly Step[]): Plan['steps'][number] => ({
  id: stepIdOf(step),
  step,
  after: after.map(stepIdOf),
});
const [a, b, c] = [volume('a'), volume('b'), volume('c')];

async function run(plan: Plan, act: Act, signal = new AbortController().signal) {
  const events: EventBody[] = [];
  const outcome = await runPlan(plan, engine(act), {
    clock: systemClock,
    signal,
    emit: (event) => events.push(event),
  });
  return {
    outcome,
    kinds: events.map((event) => ('step' in event ? `${event.kind} ${event.step}` : event.kind)),
  };
}

test('independent steps run side by side', async () => {
  let running = 0;
  let most = 0;
  let release = (): void => {};
  const both = new Promise<void>((resolve) => {
    release = resolve;
  });
  await run({ steps: [planned(a), planned(b)] }, async () => {
    running += 1;
    most = Math.max(most, running);
    if (running === 2) release();
    await both;
    return { changed: true };
  });
  expect(most).toBe(2);
});

test('a failure stops what comes after it and says why', async () => {
  const { outcome, kinds } = await run({ steps: [planned(a), planned(b, a)] }, () => {
    throw new RunError([{ code: 'native/port-taken', cause: 'port 80 is taken' }]);
  });
  expect(outcome).toEqual({
    kind: 'failed',
    findings: [{ code: 'native/port-taken', cause: 'port 80 is taken' }],
  });
  expect(kinds).toEqual(['step-started create-volume a', 'step-failed create-volume a']);
});

test('a failure ends the waits of the others', async () => {
  const { outcome } = await run({ steps: [planned(a), planned(b)] }, (step, signal) => {
    if (step === a) throw new RunError([{ code: 'native/exited', cause: 'gone' }]);
    return new Promise((_, reject) => {
      const give = (): void => reject(new Error('aborted'));
      if (signal.aborted) give();
      signal.addEventListener('abort', give);
    });
  });
  expect(outcome.kind).toBe('failed');
});

test('a dependency that is not required does not stop its dependant', async () => {
  const wait: Step = {
    kind: 'await',
    service: 'db' as never,
    condition: 'service_healthy',
    required: false,
  };
  const { outcome, kinds } = await run({ steps: [planned(wait), planned(c, wait)] }, (step) => {
    if (step.kind === 'await') throw new RunError([{ code: 'native/exited', cause: 'db exited' }]);
    return Promise.resolve({ changed: true });
  });
  expect(outcome).toEqual({ kind: 'done' });
  expect(kinds).toContain('step-finished create-volume c');
});

test('an interrupt comes through as its own reason', async () => {
  const controller = new AbortController();
  const reason = new Error('interrupted');
  const running = run(
    { steps: [planned(a)] },
    (_, signal) => {
      controller.abort(reason);
      return Promise.reject(signal.reason as Error);
    },
    controller.signal,
  );
  await expect(running).rejects.toBe(reason);
});

test('a mistake of bowline itself is not taken for a failure of the world', async () => {
  const bug = new TypeError('undefined is not a function');
  await expect(run({ steps: [planned(a)] }, () => Promise.reject(bug))).rejects.toBe(bug);
});
