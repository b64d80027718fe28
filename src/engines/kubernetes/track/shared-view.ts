import type { Cluster } from '../cluster/cluster.ts';
import { builtIn } from '../cluster/resources.ts';
import { View } from './view.ts';

/** One look at the cluster for all who wait at the same time, open as long as somebody does. */
export class SharedView {
  readonly #cluster: Cluster;
  #open: { readonly view: View; users: number } | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Whoever comes first opens it, and the last closes it: the signal of none of them may do so. */
  async use<T>(work: (view: View) => Promise<T>): Promise<T> {
    const open = (this.#open ??= { view: this.#look(), users: 0 });
    open.users += 1;
    try {
      await open.view.listed();
      return await work(open.view);
    } finally {
      open.users -= 1;
      if (open.users === 0) {
        open.view[Symbol.dispose]();
        if (this.#open === open) this.#open = undefined;
      }
    }
  }

  #look(): View {
    const { pods, claims, deployments, statefulSets, daemonSets, jobs } = builtIn;
    return new View(this.#cluster, {
      namespaces: [this.#cluster.target.namespace],
      kinds: [pods, claims, deployments, statefulSets, jobs],
      optional: [builtIn.events, builtIn.replicaSets, daemonSets],
      signal: new AbortController().signal,
    });
  }
}
