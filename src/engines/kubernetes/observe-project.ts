import { createHash } from 'node:crypto';

import { systemClock } from '../../host/clock.ts';
import type { Comparison, Observed } from '../../model/observed.ts';
import type { KubernetesObject } from './object.ts';
import { replicasOf, stoppedReplicasOf } from './observe.ts';
import type { OnCluster } from './on-cluster.ts';
import type { KubernetesOptions } from './options.ts';
import { byOwner } from './parts.ts';
import { observedTasks } from './release-task/observed-tasks.ts';
import type { Pod, Workload } from './track/wire.ts';
import { uncountedOf } from './uncounted.ts';

/** What the cluster has of a project. */
export async function observeProject(place: OnCluster, signal: AbortSignal): Promise<Observed> {
  return observedOf(place.options, await seenOf(place, signal));
}

/**
 * The same, beside what the project is to become there.
 *
 * @param objects - undefined where it cannot be translated
 */
export async function compareProject(
  place: OnCluster,
  objects: Promise<readonly KubernetesObject[] | undefined>,
  signal: AbortSignal,
): Promise<Comparison> {
  const { cluster, options, leftovers } = place;
  const [seen, wanted] = await Promise.all([seenOf(place, signal), objects]);
  const { workloads } = seen;
  const [uncounted, left] = await Promise.all([
    uncountedOf(cluster, options, { wanted, workloads, signal }),
    wanted && leftovers.find(wanted, signal),
  ]);
  return {
    ...observedOf(options, seen),
    uncounted,
    artifacts: digestsOf(options, wanted),
    ...(left !== undefined && { leftovers: left }),
  };
}

interface Seen {
  readonly pods: readonly Pod[];
  readonly workloads: readonly Workload[];
  readonly claims: readonly KubernetesObject[];
  readonly nowMs: number;
}

async function seenOf({ services }: OnCluster, signal: AbortSignal): Promise<Seen> {
  const [pods, found, claims] = await Promise.all([
    services.pods(signal),
    services.workloads(signal),
    services.claims(signal),
  ]);
  const workloads = found.map(({ object }) => object);
  return { pods, workloads, claims, nowMs: systemClock.wallMs() };
}

function observedOf(options: KubernetesOptions, seen: Seen): Observed {
  return {
    replicas: [...replicasOf(options, seen), ...stoppedReplicasOf(options, seen)],
    volumes: seen.claims.length === 0 ? [] : options.project.volumes.map(({ name }) => name),
    tasks: observedTasks(options, seen.workloads),
  };
}

/** Files that a service mounts are part of its objects, and not of what its file says. */
function digestsOf(
  options: KubernetesOptions,
  objects: readonly KubernetesObject[] | undefined,
): Comparison['artifacts'] {
  if (objects === undefined) return new Map();
  const parts = byOwner(options, objects);
  return new Map(
    [...options.names.keys()].map((service) => {
      const own = parts.get(service) ?? [];
      const digest = createHash('sha256').update(JSON.stringify(own)).digest('hex');
      return [service, { digest, ready: true }];
    }),
  );
}
