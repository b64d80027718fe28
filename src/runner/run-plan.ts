import type { Engine } from '../engine/engine.ts';
import type { Clock } from '../host/clock.ts';
import type { EventBody } from '../model/event.ts';
import { type Finding, RunError } from '../model/finding.ts';
import type { Plan, PlannedStep, StepId } from '../model/step.ts';

export interface RunOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly findings: readonly Finding[] };

/**
 * Carries out `plan`: each step as soon as those before it are finished, independent ones side by side.
 *
 * The first failure ends the waits that are under way and starts nothing more; steps under way are let finish.
 *
 * @throws `signal.reason` when aborted, after the steps under way have ended.
 * @throws what a step threw that is no `RunError`: a bug.
 */
export async function runPlan(
  plan: Plan,
  engine: Engine,
  { clock, signal, emit }: RunOptions,
): Promise<Outcome> {
  const giveUp = new AbortController();
  const either = AbortSignal.any([signal, giveUp.signal]);
  const findings: Finding[] = [];
  const bugs: unknown[] = [];
  const finished = new Map<StepId, Promise<boolean>>();

  const carryOut = async ({ id, step, after }: PlannedStep): Promise<boolean> => {
    const before = await Promise.all(
      after.map((each) => finished.get(each) ?? Promise.resolve(true)),
    );
    if (!before.every(Boolean) || either.aborted) return false;
    const beganMs = clock.nowMs();
    emit({ kind: 'step-started', step: id });
    try {
      const { changed } = await engine.execute(step, { signal: either, emit });
      emit({ kind: 'step-finished', step: id, tookMs: clock.nowMs() - beganMs, changed });
      return true;
    } catch (error) {
      if (either.aborted) return false;
      if (!(error instanceof RunError)) bugs.push(error);
      else if (isOptional(step)) {
        for (const { cause } of error.findings) {
          emit({
            kind: 'note',
            level: 'warning',
            text: `${cause}; going on, for it is not required`,
          });
        }
        return true;
      } else {
        findings.push(...error.findings);
        emit({ kind: 'step-failed', step: id, findings: error.findings });
      }
      giveUp.abort(new Error('another step failed'));
      return false;
    }
  };

  engine.foresee?.(plan);
  for (const step of plan.steps) finished.set(step.id, carryOut(step));
  await Promise.all(finished.values());
  signal.throwIfAborted();
  if (bugs.length > 0) throw bugs[0];
  return findings.length > 0 ? { kind: 'failed', findings } : { kind: 'done' };
}

function isOptional(step: PlannedStep['step']): boolean {
  return step.kind === 'await' && !step.required;
}
