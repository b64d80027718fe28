import type { KubernetesOptions } from './options.ts';
import type { KubernetesObject, ObjectId } from './object.ts';
import { ownerOf } from './parts.ts';
import type { Workload } from './track/wire.ts';

/** A claim that a service mounts, and where. */
export interface ClaimUse {
  readonly claim: string;
  readonly service: string;
  /** Path inside the container. Absent: no container mounts it. */
  readonly path?: string;
  /** A StatefulSet makes it. */
  readonly isOwn: boolean;
}

/** The claims that objects which make pods mount; of a StatefulSet, the one of each of its pods. */
export function claimUsesOf(
  options: Pick<KubernetesOptions, 'names' | 'adopt'>,
  objects: readonly KubernetesObject[],
): readonly ClaimUse[] {
  return objects.flatMap((object) => {
    const service = ownerOf(options, object);
    return service === undefined ? [] : usesIn(object, service);
  });
}

/** The same claims as objects of a namespace, each once. */
export function claimIdsOf(
  uses: readonly ClaimUse[],
  namespace: string,
): readonly (ObjectId & { readonly namespace: string })[] {
  return [...new Set(uses.map(({ claim }) => claim))].map((name) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    name,
    namespace,
  }));
}

function usesIn(object: KubernetesObject, service: string): readonly ClaimUse[] {
  const { spec = {} }: Workload = object;
  const pod = spec.template?.spec ?? {};
  const use = (volume: string | undefined, claim: string, isOwn: boolean): ClaimUse => {
    const mounts = (pod.containers ?? []).flatMap(({ volumeMounts = [] }) => volumeMounts);
    const path = mounts.find(({ name }) => name === volume)?.mountPath;
    return { claim, service, isOwn, ...(path !== undefined && { path }) };
  };
  const named = (pod.volumes ?? []).flatMap(({ name, persistentVolumeClaim }) => {
    const claim = persistentVolumeClaim?.claimName;
    return claim === undefined ? [] : [use(name, claim, false)];
  });
  const copies = Math.max(1, spec.replicas ?? 1);
  const own = (spec.volumeClaimTemplates ?? []).flatMap(({ metadata }) =>
    Array.from({ length: copies }, (_, number) =>
      use(metadata.name, `${metadata.name}-${object.metadata.name}-${number}`, true),
    ),
  );
  return [...named, ...own];
}
