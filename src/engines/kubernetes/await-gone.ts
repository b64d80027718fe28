import type { ExitStatus } from '../../model/observed.ts';
import type { Cluster } from './cluster/cluster.ts';
import { builtIn } from './cluster/resources.ts';
import { watchObjects } from './cluster/watch.ts';
import { mainContainerOf, stateOf } from './observe.ts';
import type { Pod } from './track/wire.ts';

/** Waits until no such pod is left. Gives how they ended: the last that failed, if one did; absent when nobody saw it. */
export async function awaitGone(
  cluster: Cluster,
  labels: string,
  signal: AbortSignal,
): Promise<ExitStatus | undefined> {
  const { namespace } = cluster.target;
  const left = new Set<string>();
  const exits = new Map<string, ExitStatus>();
  const see = (pod: Pod): void => {
    const { name } = pod.metadata;
    left.add(name);
    const state = stateOf(pod, 0);
    if (mainContainerOf(pod) !== '' && state.kind === 'exited') exits.set(name, state.exit);
  };
  for await (const change of watchObjects(cluster, {
    resource: builtIn.pods,
    namespace,
    labels,
    signal,
  })) {
    if (change.kind === 'listed') left.clear();
    for (const pod of change.kind === 'listed' ? change.objects : [change.object]) see(pod);
    if (change.kind === 'gone') left.delete(change.object.metadata.name);
    if (left.size === 0) break;
  }
  const all = [...exits.values()];
  return all.findLast((exit) => exit.kind !== 'code' || exit.code !== 0) ?? all.at(-1);
}
