import type { ServiceName } from '../../model/project.ts';
import { FIELD_MANAGER } from './cluster/objects.ts';
import type { KubernetesObject } from './object.ts';
import type { KubernetesOptions } from './options.ts';

/** Says of what is stopped that another program had set its number of copies: stopping it takes that field over. */
export const SCALED_ELSEWHERE = 'bowline/scaled-elsewhere';

/** Is it as it may be, however many copies there are? One on each machine, or as many as another program has set. */
export function isCountedElsewhere(
  workload: KubernetesObject,
  {
    options: { project },
    service,
  }: { readonly options: Pick<KubernetesOptions, 'project'>; readonly service: ServiceName },
): boolean {
  if (workload.kind === 'DaemonSet') return true;
  const isOpen = project.services.some(({ name, isScalable }) => name === service && isScalable);
  return isOpen && isScaledElsewhere(workload);
}

export function isScaledElsewhere({ metadata }: KubernetesObject): boolean {
  const { annotations = {}, managedFields = [] } = metadata;
  return (
    annotations[SCALED_ELSEWHERE] !== undefined ||
    managedFields.some(
      ({ manager, fieldsV1 }) =>
        manager !== FIELD_MANAGER && fieldsV1?.['f:spec']?.['f:replicas'] !== undefined,
    )
  );
}
