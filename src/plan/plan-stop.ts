import type { Observed, ObservedReplica } from '../model/observed.ts';
import { isAnonymousVolumeOf, type Project, type ServiceName } from '../model/project.ts';
import type { ObservedTask } from '../model/observed.ts';
import type { Plan, StepId } from '../model/step.ts';
import { dependantsOf, inDependencyOrder } from './dependency-order.ts';
import { type PlanBuilder, planBuilder } from './plan-builder.ts';
import { neededTask } from './release-task.ts';

export interface DownOptions {
  /** Remove the project's volumes too. */
  readonly volumes: boolean;
  /** What to take down. Empty: everything, also what the file no longer has. */
  readonly services: readonly ServiceName[];
}

/** Stops each service after all that depend on it. What is stopped already needs no step. */
export function planStop(
  project: Project,
  observed: Observed,
  services: readonly ServiceName[],
): Plan {
  const builder = planBuilder();
  const first = addEnds(builder, tasksOf(observed, services).filter(isRunning), false);
  addStops({ project, builder, first }, chosen(observed, services).filter(isUp));
  return builder.build();
}

/** Stops and removes; then the volumes, if asked to. */
export function planDown(
  project: Project,
  observed: Observed,
  { volumes, services }: DownOptions,
): Plan {
  const builder = planBuilder();
  const replicas = chosen(observed, services);
  // What was migrated is forgotten with the services, for their data may be gone when they come back.
  const first = addEnds(builder, tasksOf(observed, services), true);
  const stops = addStops({ project, builder, first }, replicas.filter(isUp));
  const removed = replicas.map(({ service, number }) =>
    builder.add(
      { kind: 'remove', service, number, ...(volumes && { volumes }) },
      stops.get(service) ?? [],
    ),
  );
  const unused = [...first, ...removed];
  if (services.length === 0) {
    for (const network of observed.networks ?? [])
      builder.add({ kind: 'remove-network', network }, unused);
  }
  if (volumes) {
    const ours = project.volumes.filter(({ external }) => !external).map(({ name }) => name);
    const present = observed.volumes.filter(
      (name) => ours.includes(name) || isAnonymousVolumeOf(project.name, name),
    );
    for (const volume of present) builder.add({ kind: 'remove-volume', volume }, unused);
  }
  return builder.build();
}

/** Starts again what was stopped, as it was: nothing is replaced. */
export function planStart(
  project: Project,
  observed: Observed,
  services: readonly ServiceName[],
): Plan {
  const builder = planBuilder();
  const starts = new Map<ServiceName, readonly StepId[]>();
  const stopped = chosen(observed, services).filter((replica) => !isUp(replica));
  const tasks: StepId[] = [];
  for (const service of inDependencyOrder(project.services)) {
    const { name, dependsOn } = service;
    const replicas = stopped.filter((replica) => replica.service === name);
    const below = dependsOn.flatMap((each) => starts.get(each.service) ?? []);
    const fingerprint = replicas[0]?.fingerprint;
    const needed =
      fingerprint === undefined
        ? undefined
        : neededTask(service, { project, observed, fingerprint, forced: false });
    const after =
      needed?.strategy === 'task'
        ? [
            builder.add(
              { kind: 'release-task', service: name, fingerprint: needed.fingerprint },
              [...below, ...tasks],
              needed.because,
            ),
          ]
        : below;
    if (needed?.strategy === 'task') tasks.push(...after);
    starts.set(
      name,
      replicas.map((replica) =>
        builder.add(
          {
            kind: 'start',
            service: name,
            number: replica.number,
            fingerprint: replica.fingerprint,
            asItWas: true,
          },
          after,
          'stopped',
        ),
      ),
    );
  }
  return builder.build();
}

function chosen(observed: Observed, services: readonly ServiceName[]): readonly ObservedReplica[] {
  if (services.length === 0) return observed.replicas;
  return observed.replicas.filter(({ service }) => services.includes(service));
}

function tasksOf(
  { tasks = [] }: Observed,
  services: readonly ServiceName[],
): readonly ObservedTask[] {
  return tasks.filter(({ service }) => services.length === 0 || services.includes(service));
}

function isRunning({ state }: ObservedTask): boolean {
  return state.kind === 'running';
}

/** Before everything else: a release task works on what is stopped then. */
function addEnds(
  builder: PlanBuilder,
  tasks: readonly ObservedTask[],
  forget: boolean,
): readonly StepId[] {
  return tasks.map(({ service }) => builder.add({ kind: 'end-task', service, forget }, []));
}

function isUp({ state }: ObservedReplica): boolean {
  return state.kind === 'running' || state.kind === 'restarting' || state.kind === 'created';
}

function addStops(
  {
    project,
    builder,
    first,
  }: {
    readonly project: Project;
    readonly builder: PlanBuilder;
    /** What every stop waits for. */
    readonly first: readonly StepId[];
  },
  replicas: readonly ObservedReplica[],
): ReadonlyMap<ServiceName, readonly StepId[]> {
  const dependants = dependantsOf(project.services);
  const order = inDependencyOrder(project.services)
    .map(({ name }) => name)
    .toReversed();
  const strangers = [...new Set(replicas.map(({ service }) => service))].filter(
    (name) => !order.includes(name),
  );
  const stops = new Map<ServiceName, readonly StepId[]>();
  for (const name of [...strangers, ...order]) {
    const dependent = (dependants.get(name) ?? []).flatMap((each) => stops.get(each) ?? []);
    const after = [...new Set([...first, ...dependent])];
    const own = replicas.filter(({ service }) => service === name);
    // A service with nothing to stop passes on what its dependants wait for.
    const steps = own.map(({ service, number }) =>
      builder.add({ kind: 'stop', service, number }, after),
    );
    stops.set(name, steps.length === 0 ? after : steps);
  }
  return stops;
}
