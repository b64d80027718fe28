import type { Cancellable, Emitting } from '../../engine/engine.ts';
import { systemClock } from '../../host/clock.ts';
import { ExitCode } from '../../model/exit-code.ts';
import { RunError } from '../../model/finding.ts';
import type { ServiceName } from '../../model/project.ts';
import type { EdgeService } from './addresses.ts';
import { claimIdsOf, claimUsesOf } from './claim-uses.ts';
import { awaitOpenPorts } from './node-ports.ts';
import { idOf, type KubernetesObject } from './object.ts';
import type { OnCluster } from './on-cluster.ts';
import { isTask, runs } from './parts.ts';
import type { SharedView } from './track/shared-view.ts';
import { trackTogether } from './track/track.ts';

export interface ReadyQuestion extends Cancellable, Emitting {
  readonly service: ServiceName;
  /** All that it is on the cluster. */
  readonly objects: readonly KubernetesObject[];
  /** Also wait for what is published on nodes. */
  readonly published: boolean;
}

type Place = OnCluster & { readonly shared: SharedView };

/** How long a service is given to become ready. */
const TIMEOUT_MS = 600_000;

/**
 * Waits until a service works.
 *
 * @throws {RunError} when it never will, or time is up.
 */
export async function awaitReady(place: Place, asked: ReadyQuestion): Promise<void> {
  const { cluster, shared, sent, options } = place;
  const { objects, signal, emit } = asked;
  const { namespace } = cluster.target;
  const workloads = objects.filter((object) => runs(object) && !isTask(object));
  // What keeps a claim from its volume keeps the pods from a node, and says more.
  const claims = claimIdsOf(claimUsesOf(options, workloads), namespace);
  const ids = [...workloads.map(idOf), ...claims].map((id) => ({ namespace, ...id }));
  const outcome = await trackTogether({ cluster, shared }, ids, {
    signal,
    sent,
    // The plan's own step says that it is ready.
    emit: (event) => {
      if (event.kind !== 'object') emit(event);
    },
    clock: systemClock,
    timeoutMs: TIMEOUT_MS,
  });
  if (outcome.kind !== 'done') {
    const exitCode = outcome.kind === 'failed' ? ExitCode.failed : ExitCode.timedOut;
    throw new RunError(outcome.findings, { exitCode });
  }
  if (asked.published && objects.some(isOnNodes)) await awaitOpenPorts(place, asked);
}

function isOnNodes(object: KubernetesObject): boolean {
  if (object.kind !== 'Service') return false;
  const { spec }: EdgeService = object;
  return spec?.type === 'NodePort';
}
