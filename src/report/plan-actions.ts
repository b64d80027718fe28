import type { Change } from '../model/change.ts';
import type { Plan, PlannedStep, Step } from '../model/step.ts';

/** What a plan does to one thing, as a person thinks of it: several steps are one action. */
export interface PlanAction {
  readonly kind: 'create' | 'run' | 'start' | 'replace' | 'stop' | 'remove' | 'wait';
  /** A service, `volume shop_data` or `network shop_default`. */
  readonly subject: string;
  readonly copies: number;
  /** Absent where the kind says it all. */
  readonly because?: string;
  readonly changes: readonly Change[];
}

/** In the order of the plan; the copies of a service that have the same done to them are one action. */
export function planActions({ steps }: Plan): readonly PlanAction[] {
  const stopped = new Set(
    steps.flatMap(({ step }) => (step.kind === 'stop' ? [copyOf(step)] : [])),
  );
  const removed = new Set(
    steps.flatMap(({ step }) => (step.kind === 'remove' ? [copyOf(step)] : [])),
  );
  const started = new Set(
    steps.flatMap(({ step }) => (step.kind === 'start' ? [step.service] : [])),
  );
  const actions = new Map<string, PlanAction>();
  for (const planned of steps) {
    const kind = kindOf(planned, { stopped, removed, started });
    if (kind === undefined) continue;
    const action = actionOf(kind, planned);
    const key = JSON.stringify([kind, action.subject, action.because, action.changes]);
    actions.set(key, { ...action, copies: (actions.get(key)?.copies ?? 0) + 1 });
  }
  return [...actions.values()];
}

interface Known {
  readonly stopped: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
  readonly started: ReadonlySet<string>;
}

/** Absent for what is a part of another action. */
function kindOf(
  { step, because }: PlannedStep,
  { stopped, removed, started }: Known,
): PlanAction['kind'] | undefined {
  switch (step.kind) {
    case 'create-network':
    case 'create-volume':
      return 'create';
    case 'start':
      return stopped.has(copyOf(step)) ? 'replace' : 'start';
    case 'stop':
      return removed.has(copyOf(step)) || started.has(step.service) ? undefined : 'stop';
    case 'remove':
    case 'remove-network':
    case 'remove-volume':
      return 'remove';
    case 'prune':
      return because === undefined ? undefined : 'remove';
    case 'await':
      return started.has(step.service) ? undefined : 'wait';
    case 'release-task':
      return 'run';
    case 'prepare':
    case 'end-task':
      return undefined;
  }
}

function actionOf(
  kind: PlanAction['kind'],
  { step, because, changes = [] }: PlannedStep,
): PlanAction {
  return {
    kind,
    subject: subjectOf(step),
    copies: 1,
    changes,
    ...(because !== undefined && { because }),
  };
}

function subjectOf(step: Step): string {
  if ('service' in step) return step.service;
  if (step.kind === 'prune') return 'leftovers';
  return 'volume' in step ? `volume ${step.volume}` : `network ${step.network}`;
}

function copyOf({
  service,
  number,
}: {
  readonly service: string;
  readonly number: number;
}): string {
  return `${service} ${number}`;
}
