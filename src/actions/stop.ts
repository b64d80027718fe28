import { systemClock } from '../host/clock.ts';
import type { Observed } from '../model/observed.ts';
import type { ServiceName } from '../model/project.ts';
import type { Plan } from '../model/step.ts';
import { type DownOptions, planDown, planStart, planStop } from '../plan/plan-stop.ts';
import { planRestart } from '../plan/plan-restart.ts';
import { type Outcome, runPlan } from '../runner/run-plan.ts';
import type { Session } from './session.ts';
import { type ActionOptions, preflight, underLease } from './up.ts';

/** Stops services, each after all that depend on it; keeps them, so that `start` can start them again. */
export async function stop(
  session: Session,
  services: readonly ServiceName[],
  options: ActionOptions,
): Promise<Outcome> {
  return carryOut(session, (observed) => planStop(session.project, observed, services), {
    ...options,
    command: 'stop',
  });
}

/** Stops and removes services, and on request their volumes. */
export async function down(
  session: Session,
  what: DownOptions,
  options: ActionOptions,
): Promise<Outcome> {
  const outcome = await carryOut(session, (observed) => planDown(session.project, observed, what), {
    ...options,
    command: 'down',
  });
  const nothingLeft = what.volumes && what.services.length === 0 && outcome.kind === 'done';
  if (nothingLeft) await session.forgetEngine();
  return outcome;
}

/** Starts what was stopped, as it was. */
export async function start(
  session: Session,
  services: readonly ServiceName[],
  options: ActionOptions,
): Promise<Outcome> {
  const planFor = (observed: Observed): Plan => planStart(session.project, observed, services);
  await preflight(session, planFor(await session.engine.observe(options)), options);
  return carryOut(session, planFor, { ...options, command: 'start' });
}

/** Stops, then starts, as it was; where the engine keeps copies, one after the other, so that some always serve. */
export async function restart(
  session: Session,
  services: readonly ServiceName[],
  options: ActionOptions,
): Promise<Outcome> {
  const { project, engine } = session;
  if ([...engine.limits.services.values()].some(({ keepsCopies }) => keepsCopies === true)) {
    const planFor = (observed: Observed): Plan => planRestart(project, observed, services);
    return carryOut(session, planFor, { ...options, command: 'restart' });
  }
  const stopped = await stop(session, services, options);
  return stopped.kind === 'failed' ? stopped : start(session, services, options);
}

async function carryOut(
  session: Session,
  planFor: (observed: Observed) => Plan,
  options: ActionOptions & { readonly command: string },
): Promise<Outcome> {
  const { engine } = session;
  const { signal, emit } = options;
  // Where there is nothing to do, nothing is written, not even a lease.
  if (planFor(await engine.observe({ signal })).steps.length === 0) return { kind: 'done' };
  return underLease(session, options, async () => {
    // Another command may have changed it until the lease was ours.
    const plan = planFor(await engine.observe({ signal }));
    emit({ kind: 'planned', plan });
    return runPlan(plan, engine, { clock: systemClock, signal, emit });
  });
}
