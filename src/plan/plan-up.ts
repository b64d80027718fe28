import type { EngineLimits } from '../model/engine-limits.ts';
import { leavesOf } from '../model/leaves.ts';
import type { Comparison, ObservedReplica } from '../model/observed.ts';
import type { Project, Service, ServiceName } from '../model/project.ts';
import { type Plan, type Step, type StepId, stepIdOf } from '../model/step.ts';
import { inDependencyOrder, withDependencies } from './dependency-order.ts';
import { planBuilder, type Reason } from './plan-builder.ts';
import { ASKED_FOR, reasonToStart, type Wanted, wantedFingerprint } from './reason-to-start.ts';
import { planPrune } from './plan-prune.ts';
import { neededTask } from './release-task.ts';
import type { UpContext, UpOptions } from './up-context.ts';

/** The steps that turn `observed` into `project`. Empty when there is nothing to do. */
export function planUp(
  project: Project,
  observed: Comparison,
  { limits, ...options }: UpOptions & { readonly limits: EngineLimits },
): Plan {
  const builder = planBuilder();
  const context: UpContext = {
    project,
    observed,
    limits,
    options,
    builder,
    started: new Map(),
    replaced: new Set(),
    tasks: [],
    leavesOf: leavesOf(project),
  };
  const wanted = wantedServices(project, options);
  for (const service of wanted) {
    if (keepsCopies(context, service)) planTogether(context, service);
    else planService(context, service);
  }
  if (options.removeOrphans) removeOrphans(context);
  holdBack(context);
  if (options.wait) for (const service of wanted) awaitReady(context, service);
  planPrune(context);
  return builder.build();
}

/**
 * Nothing that serves is touched before all images are there and every release task has succeeded, but for what these
 * themselves need.
 */
function holdBack({ project, builder }: UpContext): void {
  const { steps } = builder.build();
  const begun = new Set(steps.flatMap(({ step }) => (step.kind === 'start' ? [step.service] : [])));
  const tasks = steps.flatMap(({ id, step }) =>
    step.kind === 'release-task' ? [{ id, step }] : [],
  );
  const before = tasks.filter(({ step }) => strategyOf(project, step.service) === 'task');
  const needed = withDependencies(
    project.services,
    tasks.flatMap(({ step }) => dependenciesOf(project, step.service)),
  );
  const prepared = steps.flatMap(({ id, step }) => (step.kind === 'prepare' ? [id] : []));
  for (const { step } of steps) {
    if (step.kind !== 'stop') continue;
    const isNeeded = needed.has(step.service) && begun.has(step.service);
    builder.add(step, [...prepared, ...(isNeeded ? [] : before.map(({ id }) => id))]);
  }
}

function strategyOf({ services }: Project, name: ServiceName): string | undefined {
  return services.find((each) => each.name === name)?.releaseTask?.strategy;
}

function dependenciesOf({ services }: Project, name: ServiceName): readonly ServiceName[] {
  return services.find((each) => each.name === name)?.dependsOn.map(({ service }) => service) ?? [];
}

/** The services that `up` with these options brings up, each after what it depends on. */
function wantedServices(
  project: Project,
  { services, dependencies = true }: Pick<UpOptions, 'services' | 'dependencies'>,
): readonly Service[] {
  const ordered = inDependencyOrder(project.services);
  if (services.length === 0) return ordered;
  const names = dependencies ? withDependencies(project.services, services) : new Set(services);
  return ordered.filter(({ name }) => names.has(name));
}

function planService(context: UpContext, service: Service): void {
  const { observed, options } = context;
  const running = observed.replicas.filter((replica) => replica.service === service.name);
  const fingerprint = wantedFingerprint(service, observed);
  const started: StepId[] = [];
  for (let number = 1; number <= service.replicas; number += 1) {
    const replica = running.find((each) => each.number === number);
    const reason =
      reasonToStart(context, { service, fingerprint, replica }) ??
      (options.build && service.build !== undefined ? { because: 'built anew' } : undefined);
    if (reason === undefined) continue;
    started.push(...startReplica(context, { service, fingerprint, replica, number, reason }));
  }
  for (const extra of running.filter(({ number }) => number > service.replicas)) {
    removeReplica(context, extra, 'scaled down');
  }
  context.started.set(service.name, started);
}

/** The engine itself keeps as many copies as are wanted: they are one step. */
function planTogether(context: UpContext, service: Service): void {
  const { observed, options } = context;
  const running = observed.replicas.filter((replica) => replica.service === service.name);
  const [replica] = running;
  const fingerprint = wantedFingerprint(service, observed);
  const isCounted = observed.uncounted?.has(service.name) !== true;
  const scaled =
    isCounted && running.length !== service.replicas && replica?.state.kind !== 'exited';
  const isBuilt = options.build && service.build !== undefined;
  const reason =
    reasonToStart(context, { service, fingerprint, replica }) ??
    (scaled ? { because: 'scaled' } : undefined) ??
    (isBuilt ? { because: 'built anew' } : undefined);
  const isNothing = service.replicas === 0 && running.length === 0 && !isBuilt;
  const steps =
    reason === undefined || isNothing
      ? []
      : startReplica(context, { service, fingerprint, replica, number: 1, reason });
  context.started.set(service.name, steps);
}

function keepsCopies({ limits }: UpContext, { name }: Service): boolean {
  return limits.services.get(name)?.keepsCopies === true;
}

function startReplica(
  context: UpContext,
  {
    service,
    fingerprint,
    replica,
    number,
    reason,
  }: Wanted & { readonly number: number; readonly reason: Reason },
): readonly StepId[] {
  const { builder, options } = context;
  const force = options.build && service.build !== undefined;
  const volumes = volumesToCreate(context, service).map((volume) =>
    builder.add({ kind: 'create-volume', volume }, []),
  );
  const networks = networksToCreate(context, service).map((network) =>
    builder.add({ kind: 'create-network', network }, []),
  );
  const prepared = builder.add({ kind: 'prepare', service: service.name, force }, volumes);
  const awaited = service.dependsOn.flatMap((each) => awaitDependency(context, each));
  const ready = [prepared, ...networks, ...awaited];
  const task = planTask(context, service, { fingerprint, after: ready });
  const before = [...ready, ...task.before];
  const stop: Step = { kind: 'stop', service: service.name, number };
  if (replica !== undefined) {
    context.replaced.add(service.name);
    if (replica.state.kind !== 'exited' && !keepsCopies(context, service))
      before.push(builder.add(stop, before, reason));
  }
  const start: Step = {
    kind: 'start',
    service: service.name,
    number,
    fingerprint,
    ...(reason.because === ASKED_FOR && { renew: true }),
  };
  const begun = builder.add(start, before, reason);
  return [begun, ...task.after([begun])];
}

interface TaskPlace {
  /** What the start waits for. */
  readonly before: readonly StepId[];
  /** Adds what comes after the start. */
  readonly after: (started: readonly StepId[]) => readonly StepId[];
}

/** The service's release task, once for all copies: before the first of them is touched, or in what was started. */
function planTask(
  context: UpContext,
  service: Service,
  { fingerprint, after }: { readonly fingerprint: string; readonly after: readonly StepId[] },
): TaskPlace {
  const { builder, tasks, options } = context;
  const forced = options.recreate === 'always';
  const needed = neededTask(service, { ...context, fingerprint, forced });
  if (needed === undefined) return { before: [], after: () => [] };
  const step: Step = {
    kind: 'release-task',
    service: service.name,
    fingerprint: needed.fingerprint,
  };
  const add = (first: readonly StepId[]): readonly StepId[] => {
    const id = builder.add(
      step,
      [...first, ...tasks.filter((each) => each !== stepIdOf(step))],
      needed.because,
    );
    // What runs in the new version comes after the others: nothing may wait for it before that starts.
    if (needed.strategy === 'task' && !tasks.includes(id)) tasks.push(id);
    return [id];
  };
  return needed.strategy === 'task'
    ? { before: add(after), after: () => [] }
    : { before: [], after: add };
}

function networksToCreate({ project, observed }: UpContext, service: Service): readonly string[] {
  const { networks: present } = observed;
  if (present === undefined) return [];
  return project.networks
    .filter(
      ({ key, external, name }) =>
        service.networks.includes(key) && !external && !present.includes(name),
    )
    .map(({ name }) => name);
}

function volumesToCreate({ project, observed }: UpContext, service: Service): readonly string[] {
  const keys = service.mounts.flatMap((mount) =>
    mount.kind === 'volume' && mount.source !== undefined ? [mount.source] : [],
  );
  return project.volumes
    .filter(
      ({ key, external, name }) =>
        keys.includes(key) && !external && !observed.volumes.includes(name),
    )
    .map(({ name }) => name);
}

function awaitDependency(
  context: UpContext,
  { service, condition, required }: Service['dependsOn'][number],
): readonly StepId[] {
  const { observed, started, builder, project } = context;
  if (!project.services.some(({ name }) => name === service)) return [];
  const after = started.get(service) ?? [];
  const replicas = observed.replicas.filter((replica) => replica.service === service);
  const met = replicas.length > 0 && replicas.every((replica) => isMet(replica, condition));
  if (after.length === 0 && met) return [];
  if (condition === 'service_started') return after;
  return [builder.add({ kind: 'await', service, condition, required }, after)];
}

function isMet(
  { state }: ObservedReplica,
  condition: Service['dependsOn'][number]['condition'],
): boolean {
  switch (condition) {
    case 'service_started':
      return state.kind === 'running';
    case 'service_healthy':
      return state.kind === 'running' && state.health.kind === 'healthy';
    case 'service_completed_successfully':
      return state.kind === 'exited' && state.exit.kind === 'code' && state.exit.code === 0;
  }
}

/** One-shots that others wait for are awaited by those; everything else must become ready. */
function awaitReady(context: UpContext, service: Service): void {
  const { observed, started, builder } = context;
  const after = started.get(service.name) ?? [];
  const replicas = observed.replicas.filter((replica) => replica.service === service.name);
  const settled = replicas.every(
    ({ state }) =>
      (state.kind === 'running' && state.health.kind !== 'starting') || state.kind === 'exited',
  );
  if (service.replicas === 0 || (after.length === 0 && settled)) return;
  const awaited = { kind: 'await', service: service.name, required: true } as const;
  // It would be told twice that one has failed, now as a task, now as a service, whichever is seen first.
  if (builder.has({ ...awaited, condition: 'service_completed_successfully' })) return;
  builder.add({ ...awaited, condition: 'ready' }, after);
}

function removeOrphans(context: UpContext): void {
  const known = new Set<string>([
    ...context.project.services.map(({ name }) => name),
    ...context.project.inactive,
  ]);
  for (const replica of context.observed.replicas) {
    if (!known.has(replica.service)) removeReplica(context, replica, 'no longer in the file');
  }
}

function removeReplica({ builder }: UpContext, replica: ObservedReplica, because: string): void {
  const { service, number } = replica;
  const stopped = builder.add({ kind: 'stop', service, number }, [], because);
  builder.add({ kind: 'remove', service, number }, [stopped], because);
}
