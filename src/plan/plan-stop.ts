import type { Observed, ObservedReplica } from '../model/observed.ts';
import { isAnonymousVolumeOf, type Project, type ServiceName } from '../model/project.ts';
import type { Plan, StepId } from '../model/step.ts';
import { dependantsOf, inDependencyOrder } from './dependency-order.ts';
import { type PlanBuilder, planBuilder } from './plan-builder.ts';

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
  addStops({ project, builder }, chosen(observed, services).filter(isUp));
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
  const stops = addStops({ project, builder }, replicas.filter(isUp));
  const removed = replicas.map(({ service, number }) =>
    builder.add({ kind: 'remove', service, number }, stops.get(service) ?? []),
  );
  if (volumes) {
    const ours = project.volumes.filter(({ external }) => !external).map(({ name }) => name);
    const present = observed.volumes.filter(
      (name) => ours.includes(name) || isAnonymousVolumeOf(project.name, name),
    );
    for (const volume of present) builder.add({ kind: 'remove-volume', volume }, removed);
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
  for (const { name, dependsOn } of inDependencyOrder(project.services)) {
    const replicas = stopped.filter(({ service }) => service === name);
    const after = dependsOn.flatMap((each) => starts.get(each.service) ?? []);
    starts.set(
      name,
      replicas.map(({ service, number, fingerprint }) =>
        builder.add({ kind: 'start', service, number, fingerprint }, after, 'stopped'),
      ),
    );
  }
  return builder.build();
}

function chosen(observed: Observed, services: readonly ServiceName[]): readonly ObservedReplica[] {
  if (services.length === 0) return observed.replicas;
  return observed.replicas.filter(({ service }) => services.includes(service));
}

function isUp({ state }: ObservedReplica): boolean {
  return state.kind === 'running' || state.kind === 'restarting' || state.kind === 'created';
}

function addStops(
  { project, builder }: { readonly project: Project; readonly builder: PlanBuilder },
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
    const after = (dependants.get(name) ?? []).flatMap((each) => stops.get(each) ?? []);
    const own = replicas.filter(({ service }) => service === name);
    // A service with nothing to stop passes on what its dependants wait for.
    const steps = own.map(({ service, number }) =>
      builder.add({ kind: 'stop', service, number }, after),
    );
    stops.set(name, steps.length === 0 ? after : steps);
  }
  return stops;
}
