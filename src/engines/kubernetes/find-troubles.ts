import type { ServiceFinding } from '../../engine/engine.ts';
import { systemClock } from '../../host/clock.ts';
import type { ServiceName } from '../../model/project.ts';
import { claimIdsOf, claimUsesOf } from './claim-uses.ts';
import type { Cluster } from './cluster/cluster.ts';
import { idOf, type KubernetesObject, type ObjectId, titleOf } from './object.ts';
import type { KubernetesOptions } from './options.ts';
import { isTask, ownerOf } from './parts.ts';
import { endOfJob } from './release-task/task-pods.ts';
import { track } from './track/track.ts';

/** Some troubles count only when they have been there for a moment, and the last words of a program take one to read. */
const LOOKING_MS = 5000;

interface Looked {
  readonly cluster: Cluster;
  readonly options: Pick<KubernetesOptions, 'names' | 'adopt'>;
  /** What makes pods, as it is on the cluster. */
  readonly workloads: readonly KubernetesObject[];
  readonly signal: AbortSignal;
}

/** What keeps services from working, as the cluster has it now; each trouble with the services that it is in the way of. */
export async function findTroubles({
  cluster,
  options,
  workloads,
  signal,
}: Looked): Promise<readonly ServiceFinding[]> {
  const { namespace } = cluster.target;
  const services = new Map<string, readonly ServiceName[]>();
  const add = (id: ObjectId, service: ServiceName): void => {
    services.set(titleOf(id), [...(services.get(titleOf(id)) ?? []), service]);
  };
  const ids: ObjectId[] = [];
  for (const workload of workloads) {
    const service = ownerOf(options, workload);
    if (service === undefined || isWithoutCopies(workload) || isEndedTask(workload)) continue;
    ids.push(idOf(workload));
    add(idOf(workload), service);
    for (const id of claimIdsOf(claimUsesOf(options, [workload]), namespace)) {
      if (!services.has(titleOf(id))) ids.push(id);
      add(id, service);
    }
  }
  const outcome = await track(cluster, ids, {
    signal,
    clock: systemClock,
    timeoutMs: LOOKING_MS,
    emit: () => undefined,
  });
  if (outcome.kind === 'done') return [];
  return outcome.findings
    .filter(({ code }) => code !== 'kubernetes/not-in-time')
    .flatMap((finding) =>
      (services.get(finding.service ?? '') ?? []).map((service) => ({ service, finding })),
    );
}

/** How it ended is told by what is observed of release tasks. */
function isEndedTask(workload: KubernetesObject): boolean {
  return isTask(workload) && endOfJob(workload) !== undefined;
}

/** It was stopped. */
function isWithoutCopies({ spec }: KubernetesObject): boolean {
  return typeof spec === 'object' && spec !== null && 'replicas' in spec && spec.replicas === 0;
}
