import { ComposeError } from '../model/diagnostic.ts';
import type { Comparison } from '../model/observed.ts';
import { RunError } from '../model/finding.ts';
import type { Plan } from '../model/step.ts';
import { planUp } from '../plan/plan-up.ts';
import type { UpOptions } from '../plan/up-context.ts';
import type { Session } from './session.ts';
import { preflight } from './up.ts';

export interface PlanResult {
  readonly plan: Plan;
  readonly observed: Comparison;
  /** What would make `up` refuse; absent: nothing. */
  readonly refusal?: ComposeError | RunError;
}

/** What `up` with the same options would do, and what would keep it from doing so. Changes nothing. */
export async function plan(
  session: Session,
  options: UpOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<PlanResult> {
  const { engine, project } = session;
  const observed = await engine.compare({ signal });
  const planned = planUp(project, observed, { ...options, limits: engine.limits });
  if (planned.steps.length === 0) return { plan: planned, observed };
  try {
    await preflight(session, planned, { signal, emit: () => {} });
  } catch (error) {
    if (error instanceof ComposeError || error instanceof RunError) {
      return { plan: planned, observed, refusal: error };
    }
    throw error;
  }
  return { plan: planned, observed };
}
