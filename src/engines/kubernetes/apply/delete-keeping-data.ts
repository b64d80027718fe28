import type { Objects } from '../cluster/objects.ts';
import type { ResourceKind } from '../cluster/resources.ts';
import { idOf, type KubernetesObject } from '../object.ts';
import type { Workload } from '../track/wire.ts';

/** Deletes an object and what it made, but no claim: a StatefulSet may say that its claims go with it. */
export async function deleteKeepingData(
  objects: Objects,
  { resource, live }: { readonly resource: ResourceKind; readonly live: KubernetesObject },
  signal: AbortSignal,
): Promise<void> {
  const id = idOf(live);
  const { uid } = live.metadata;
  const { spec = {} } = live as Workload;
  if (
    live.kind === 'StatefulSet' &&
    spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete'
  ) {
    const body = { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } } };
    await objects.patch(resource, id, { body, signal });
  }
  await objects.delete(resource, id, { signal, ...(uid !== undefined && { uid }) });
}
