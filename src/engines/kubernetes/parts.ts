import type { Leaves } from '../../model/leaves.ts';
import type { ServiceName } from '../../model/project.ts';
import type { KubernetesObject } from './object.ts';
import type { Workload } from './track/wire.ts';
import { FINGERPRINT, type KubernetesOptions, LABEL, ORIGIN } from './options.ts';

/** The service that an object is part of; of two whose names begin alike the longer. */
export function ownerOf(
  { names, adopt }: Pick<KubernetesOptions, 'names' | 'adopt'>,
  object: KubernetesObject,
): ServiceName | undefined {
  const { metadata } = adopt === undefined ? object : adopt(object);
  const services = servicesBy(names);
  for (let label = metadata.labels?.[LABEL.name] ?? ''; label !== '';) {
    const service = services.get(label);
    if (service !== undefined) return service;
    label = label.slice(0, Math.max(0, label.lastIndexOf('-')));
  }
  return undefined;
}

const known = new WeakMap<KubernetesOptions['names'], ReadonlyMap<string, ServiceName>>();

/** By the name on the cluster. */
function servicesBy(names: KubernetesOptions['names']): ReadonlyMap<string, ServiceName> {
  const before = known.get(names);
  if (before !== undefined) return before;
  const services = new Map([...names].map(([service, name]) => [name, service]));
  known.set(names, services);
  return services;
}

/** Objects of each service; absent: of none. */
export function byOwner(
  options: Pick<KubernetesOptions, 'names' | 'adopt'>,
  objects: readonly KubernetesObject[],
): ReadonlyMap<ServiceName | undefined, readonly KubernetesObject[]> {
  const parts = new Map<ServiceName | undefined, KubernetesObject[]>();
  for (const object of objects) {
    const owner = ownerOf(options, object);
    const part = parts.get(owner);
    if (part === undefined) parts.set(owner, [object]);
    else part.push(object);
  }
  return parts;
}

/** Does it make pods? */
export function runs({ kind }: KubernetesObject): boolean {
  return ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod'].includes(kind);
}

/** What runs once a release, and its pods. */
export function isTask({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.[LABEL.component] === 'release-task';
}

/** The server keeps 256 KiB of annotations of an object, of all together. */
const LONGEST_ORIGIN = 100_000;

/** With the version of its service, which the next look compares, and what that was made of. */
export function marked(
  object: KubernetesObject,
  { fingerprint, origin }: { readonly fingerprint: string; readonly origin: Leaves },
): KubernetesObject {
  const { metadata } = object;
  const written = JSON.stringify(origin);
  const annotations = {
    ...metadata.annotations,
    [FINGERPRINT]: fingerprint,
    ...(written.length < LONGEST_ORIGIN && { [ORIGIN]: written }),
  };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** Kinds whose copies are counted get that many; undefined: what is there stays. */
export function withCopies(
  object: KubernetesObject,
  replicas: number | undefined,
): KubernetesObject {
  if (replicas === undefined) return object;
  if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') return object;
  const { spec = {} }: Workload = object;
  return { ...object, spec: { ...spec, replicas } };
}
