import { type Cluster, openCluster } from './cluster/cluster.ts';
import { Objects } from './cluster/objects.ts';
import { builtIn } from './cluster/resources.ts';
import { type KubernetesOptions, LABEL } from './options.ts';
import { labelsOf } from './services.ts';
import type { Workload } from './track/wire.ts';

type Known = Pick<KubernetesOptions, 'instance' | 'names'>;

/** The image of each service that is on the cluster, by the service's name in the file. */
export async function runningImages(
  cluster: Cluster,
  known: Known,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { namespace } = cluster.target;
  const labels = labelsOf(known);
  const lists = await Promise.all(
    [builtIn.jobs, builtIn.deployments, builtIn.statefulSets].map((kind) =>
      new Objects(cluster).list(kind, namespace, { signal, labels }),
    ),
  );
  const found: readonly Workload[] = lists.flatMap(({ objects }) => objects);
  return new Map(
    [...known.names].flatMap(([service, name]) => {
      const own = found.findLast(({ metadata }) => metadata.labels?.[LABEL.name] === name);
      const image = own?.spec?.template?.spec?.containers?.[0]?.image;
      return image === undefined ? [] : [[service, image] as const];
    }),
  );
}

/** The same for a cluster that is not open yet. */
export async function imagesOnCluster(
  options: KubernetesOptions,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  await using cluster = await openCluster(options);
  return runningImages(cluster, options, signal);
}
