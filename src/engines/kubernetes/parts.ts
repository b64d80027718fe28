import type { ServiceName } from '../../model/project.ts';
import type { KubernetesObject } from './object.ts';
import type { Workload } from './track/wire.ts';
import { FINGERPRINT, type KubernetesOptions, LABEL } from './options.ts';

/** The service that an object is part of; of two whose names begin alike the longer. */
export function ownerOf(
  { names }: Pick<KubernetesOptions, 'names'>,
  { metadata }: KubernetesObject,
): ServiceName | undefined {
  const label = metadata.labels?.[LABEL.name];
  if (label === undefined) return undefined;
  const fits = [...names].filter(([, name]) => label === name || label.startsWith(`${name}-`));
  return fits.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

/** Does it make pods? */
export function runs({ kind }: KubernetesObject): boolean {
  return ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod'].includes(kind);
}

/** What runs once a release. */
export function isTask({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.[LABEL.component] === 'release-task';
}

/** With the version of its service, which the next look compares. */
export function marked(object: KubernetesObject, fingerprint: string): KubernetesObject {
  const { metadata } = object;
  const annotations = { ...metadata.annotations, [FINGERPRINT]: fingerprint };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** Kinds whose copies are counted get that many. */
export function withCopies(object: KubernetesObject, replicas: number): KubernetesObject {
  if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') return object;
  const { spec = {} }: Workload = object;
  return { ...object, spec: { ...spec, replicas } };
}
