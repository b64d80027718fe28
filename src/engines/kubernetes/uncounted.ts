import type { Comparison } from '../../model/observed.ts';
import type { ServiceName } from '../../model/project.ts';
import type { Cluster } from './cluster/cluster.ts';
import { Objects } from './cluster/objects.ts';
import { builtIn } from './cluster/resources.ts';
import type { KubernetesObject } from './object.ts';
import { FINGERPRINT, type KubernetesOptions, LABEL } from './options.ts';
import { byOwner, isTask, runs } from './parts.ts';
import { isCountedElsewhere } from './scaled-elsewhere.ts';
import { labelsOf } from './services.ts';

interface Seen {
  /** Absent: what is wanted cannot be told. */
  readonly wanted: readonly KubernetesObject[] | undefined;
  readonly workloads: readonly KubernetesObject[];
  readonly signal: AbortSignal;
}

/** Services whose copies are not ours to count, as `Comparison` has them. */
export async function uncountedOf(
  cluster: Cluster,
  options: KubernetesOptions,
  { wanted, workloads, signal }: Seen,
): Promise<Comparison['uncounted'] & {}> {
  const parts = byOwner(options, wanted ?? []);
  const elsewhere = [...options.names.keys()].filter(
    (service) => wanted !== undefined && !(parts.get(service) ?? []).some(isWorkload),
  );
  const leading = elsewhere.filter((service) => parts.has(service));
  const addresses = leading.length === 0 ? [] : await addressesOn(cluster, options, signal);
  const marks = new Map(addresses.map((object) => [object.metadata.name, markOf(object)]));
  const found = new Map<ServiceName, string | undefined>(
    elsewhere.map((service) => [
      service,
      parts.has(service) ? (marks.get(options.names.get(service) ?? service) ?? '') : undefined,
    ]),
  );
  for (const [service, name] of options.names) {
    const own = workloads.find(({ metadata }) => metadata.labels?.[LABEL.name] === name);
    if (own !== undefined && isCountedElsewhere(own, { options, service }))
      found.set(service, markOf(own));
  }
  return found;
}

function isWorkload(object: KubernetesObject): boolean {
  return runs(object) && !isTask(object);
}

function markOf({ metadata }: KubernetesObject): string {
  return metadata.annotations?.[FINGERPRINT] ?? '';
}

async function addressesOn(
  cluster: Cluster,
  options: KubernetesOptions,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  const { namespace } = cluster.target;
  const labels = labelsOf(options);
  return (await new Objects(cluster).list(builtIn.services, namespace, { signal, labels })).objects;
}
