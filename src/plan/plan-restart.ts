import type { Observed, ObservedReplica } from '../model/observed.ts';
import type { Project, ServiceName } from '../model/project.ts';
import type { Plan, StepId } from '../model/step.ts';
import { inDependencyOrder } from './dependency-order.ts';
import { planBuilder } from './plan-builder.ts';
import { ASKED_FOR } from './reason-to-start.ts';

/**
 * Makes every copy of services anew, as it was, where the engine itself replaces copies one by one: each service after
 * those that it depends on, when these are ready. What has ended by itself is no longer there to be restarted.
 */
export function planRestart(
  project: Project,
  observed: Observed,
  services: readonly ServiceName[],
): Plan {
  const builder = planBuilder();
  const ready = new Map<ServiceName, readonly StepId[]>();
  for (const { name, dependsOn } of inDependencyOrder(project.services)) {
    const below = dependsOn.flatMap(({ service }) => ready.get(service) ?? []);
    const replica = observed.replicas.find(
      (each) => each.service === name && !hasEnded(each) && isChosen(name, services),
    );
    if (replica === undefined) {
      ready.set(name, below);
      continue;
    }
    const { fingerprint } = replica;
    const start = builder.add(
      { kind: 'start', service: name, number: 1, fingerprint, renew: true, asItWas: true },
      below,
      ASKED_FOR,
    );
    const awaited = { kind: 'await', service: name, condition: 'ready', required: true } as const;
    ready.set(name, [builder.add(awaited, [start])]);
  }
  return builder.build();
}

function isChosen(name: ServiceName, services: readonly ServiceName[]): boolean {
  return services.length === 0 || services.includes(name);
}

function hasEnded({ state }: ObservedReplica): boolean {
  return state.kind === 'exited' && !state.stopped;
}
