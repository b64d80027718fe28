import { createHash } from 'node:crypto';

import { systemClock } from '../../host/clock.ts';
import type { Observed } from '../../model/observed.ts';
import type { KubernetesObject } from './object.ts';
import { replicasOf, stoppedReplicasOf } from './observe.ts';
import type { OnCluster } from './on-cluster.ts';
import type { KubernetesOptions } from './options.ts';
import { byOwner } from './parts.ts';
import { observedTasks } from './release-task/observed-tasks.ts';
import { uncountedOf } from './uncounted.ts';

/**
 * What the cluster has of a project.
 *
 * @param objects - what the project is to become there; undefined where it cannot be translated
 */
export async function observeProject(
  { cluster, options, services, leftovers }: OnCluster,
  objects: Promise<readonly KubernetesObject[] | undefined>,
  signal: AbortSignal,
): Promise<Observed> {
  const [pods, found, claims, wanted] = await Promise.all([
    services.pods(signal),
    services.workloads(signal),
    services.claims(signal),
    objects,
  ]);
  const workloads = found.map(({ object }) => object);
  const seen = { pods, workloads, nowMs: systemClock.wallMs() };
  const stopped = stoppedReplicasOf(options, seen);
  const uncounted = await uncountedOf(cluster, options, { wanted, workloads, signal });
  return {
    replicas: [...replicasOf(options, seen), ...stopped],
    uncounted,
    volumes: claims.length === 0 ? [] : options.project.volumes.map(({ name }) => name),
    artifacts: digestsOf(options, wanted),
    tasks: observedTasks(options, workloads),
    ...(wanted !== undefined && { leftovers: await leftovers.find(wanted, signal) }),
  };
}

/** Files that a service mounts are part of its objects, and not of what its file says. */
function digestsOf(
  options: KubernetesOptions,
  objects: readonly KubernetesObject[] | undefined,
): Observed['artifacts'] {
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
