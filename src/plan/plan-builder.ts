import { type PlannedStep, type Plan, type Step, type StepId, stepIdOf } from '../model/step.ts';

export interface PlanBuilder {
  /** Adds a step, once: a second call with the same step adds its reasons to wait and gives the same id. */
  add(step: Step, after: readonly StepId[], because?: string): StepId;
  build(): Plan;
}

/** Collects steps in an order in which each comes after those that it waits for. */
export function planBuilder(): PlanBuilder {
  const steps = new Map<StepId, PlannedStep>();
  return {
    add(step, after, because) {
      const id = stepIdOf(step);
      const before = steps.get(id);
      const all = [...new Set([...(before?.after ?? []), ...after])];
      steps.set(id, { id, step, after: all, ...(because !== undefined && { because }), ...before });
      return id;
    },
    build: () => ({ steps: [...steps.values()] }),
  };
}
