import type { KubernetesObject } from './object.ts';
import { LABEL } from './options.ts';

/** Something that runs, as somebody has written it, and the name that it goes by here. */
export interface AdoptedWorkload {
  readonly kind: string;
  readonly name: string;
  readonly service: string;
}

/** Gives objects that somebody else has labelled the label by which the engine knows its own; takes it from all others. */
export function adopting(
  workloads: readonly AdoptedWorkload[],
): (object: KubernetesObject) => KubernetesObject {
  const services = new Map(
    workloads.map(({ kind, name, service }) => [`${kind}/${name}`, service]),
  );
  return (object) => {
    const service = services.get(makerOf(object));
    const { [LABEL.name]: _, ...others } = object.metadata.labels ?? {};
    const labels = service === undefined ? others : { ...others, [LABEL.name]: service };
    return { ...object, metadata: { ...object.metadata, labels } };
  };
}

/** Kind and name of what was written: the object itself, or what has made the pod. */
function makerOf({ kind, metadata }: KubernetesObject): string {
  const [owner] = metadata.ownerReferences ?? [];
  if (kind !== 'Pod' || owner === undefined) return `${kind}/${metadata.name}`;
  const hash = metadata.labels?.['pod-template-hash'];
  return owner.kind === 'ReplicaSet' && hash !== undefined
    ? `Deployment/${owner.name.slice(0, -hash.length - 1)}`
    : `${owner.kind}/${owner.name}`;
}
