import type { Cluster } from './cluster/cluster.ts';
import { Leftovers } from './leftovers/leftovers.ts';
import type { KubernetesOptions } from './options.ts';
import { Services } from './services.ts';
import { Sent } from './track/sent.ts';

/** What all that looks at or changes one project on a cluster shares. */
export interface OnCluster {
  readonly cluster: Cluster;
  readonly options: KubernetesOptions;
  readonly services: Services;
  readonly leftovers: Leftovers;
  readonly sent: Sent;
}

export function onCluster(cluster: Cluster, options: KubernetesOptions): OnCluster {
  const sent = new Sent();
  return {
    cluster,
    options,
    services: new Services(cluster, options, sent),
    leftovers: new Leftovers(cluster, options),
    sent,
  };
}
