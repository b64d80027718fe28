import type { EventBody } from '../../../model/event.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { FIELD_MANAGER, Objects } from '../cluster/objects.ts';
import type { Resources } from '../cluster/resources.ts';
import type { KubernetesObject, ObjectId } from '../object.ts';
import { deleteKeepingData } from './delete-keeping-data.ts';
import { objectEvent } from './object-event.ts';
import { holdsData } from './waves.ts';

export interface PruneOptions {
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

/**
 * Deletes what was applied before and is wanted no more. Never what holds data, and never what somebody else has made
 * anew under the same name. Gives what need not be remembered any longer.
 */
export async function prune(
  { cluster, resources }: { readonly cluster: Cluster; readonly resources: Resources },
  gone: readonly ObjectId[],
  { signal, emit }: PruneOptions,
): Promise<readonly ObjectId[]> {
  const objects = new Objects(cluster);
  const taken: ObjectId[] = [];
  for (const id of gone) {
    const resource = await resources.find(id, signal);
    const live = resource === undefined ? undefined : await objects.get(resource, id, signal);
    if (resource === undefined || live === undefined) {
      taken.push(id);
      continue;
    }
    if (holdsData(id)) {
      emit(objectEvent(id, 'kept', 'no longer in the files, but it holds data'));
      continue;
    }
    taken.push(id);
    if (!isApplied(live)) {
      emit(objectEvent(id, 'kept', 'no longer in the files, but somebody else has made it anew'));
      continue;
    }
    await deleteKeepingData(objects, { resource, live }, signal);
    emit(objectEvent(id, 'deleted', 'no longer in the files'));
  }
  return taken;
}

/** By us, and not by somebody else under the same name. */
export function isApplied({ metadata }: KubernetesObject): boolean {
  return (metadata.managedFields ?? []).some(
    ({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply',
  );
}
