import type { ContainerEvent } from '../../../engine/container-tools.ts';
import type { ServiceName } from '../../../model/project.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { builtIn } from '../cluster/resources.ts';
import { watchObjects } from '../cluster/watch.ts';
import { type ClusterEvent, timeMs } from '../track/wire.ts';

/** What the cluster notices about the project, from now on. `ownerOf` says whose an object of that kind and name is. */
export async function* eventsOfPods(
  cluster: Cluster,
  ownerOf: (object: { readonly kind: string; readonly name: string }) => ServiceName | undefined,
  signal: AbortSignal,
): AsyncGenerator<ContainerEvent, void, undefined> {
  const { namespace } = cluster.target;
  for await (const change of watchObjects(cluster, {
    resource: builtIn.events,
    namespace,
    signal,
  })) {
    // What was there before has happened before; what is gone was only forgotten.
    if (change.kind !== 'set') continue;
    const event: ClusterEvent = change.object;
    const { kind = '', name = '' } = event.involvedObject ?? {};
    const service = ownerOf({ kind, name });
    if (service !== undefined) yield toEvent(event, { service, object: `${kind}/${name}` });
  }
}

function toEvent(
  event: ClusterEvent,
  { service, object }: { readonly service: ServiceName; readonly object: string },
): ContainerEvent {
  const { type, reason = '', message = '', count, lastTimestamp, eventTime, metadata } = event;
  return {
    atMs: timeMs(lastTimestamp ?? eventTime ?? metadata.creationTimestamp),
    container: object,
    service,
    action: reason,
    attributes: {
      ...(type === 'Warning' && { type }),
      message,
      ...(count !== undefined && count > 1 && { count: String(count) }),
    },
  };
}
