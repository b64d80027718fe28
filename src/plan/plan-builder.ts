import type { Change } from '../model/change.ts';
import { type PlannedStep, type Plan, type Step, type StepId, stepIdOf } from '../model/step.ts';

/** Why a step is needed. */
export interface Reason {
  /** In one line. */
  readonly because: string;
  readonly changes?: readonly Change[];
}

export interface PlanBuilder {
  /** Adds a step, once: a second call with the same step adds its reasons to wait and gives the same id. */
  add(step: Step, after: readonly StepId[], reason?: Reason | string): StepId;
  /** Is this step among those that were added? */
  has(step: Step): boolean;
  build(): Plan;
}

/** Collects steps in an order in which each comes after those that it waits for. */
export function planBuilder(): PlanBuilder {
  const steps = new Map<StepId, PlannedStep>();
  return {
    add(step, after, reason) {
      const why = typeof reason === 'string' ? { because: reason } : reason;
      const id = stepIdOf(step);
      const before = steps.get(id);
      const all = [...new Set([...(before?.after ?? []), ...after])];
      steps.set(id, { id, step, ...why, ...before, after: all });
      return id;
    },
    has: (step) => steps.has(stepIdOf(step)),
    build: () => ({ steps: inOrder(steps) }),
  };
}

/** Each step after those that it waits for, otherwise in the order in which they were added. */
function inOrder(steps: ReadonlyMap<StepId, PlannedStep>): readonly PlannedStep[] {
  const ordered = new Set<PlannedStep>();
  const entered = new Set<StepId>();
  const visit = (step: PlannedStep): void => {
    if (entered.has(step.id)) return;
    entered.add(step.id);
    for (const id of step.after) {
      const before = steps.get(id);
      if (before !== undefined) visit(before);
    }
    ordered.add(step);
  };
  for (const step of steps.values()) visit(step);
  return [...ordered];
}
