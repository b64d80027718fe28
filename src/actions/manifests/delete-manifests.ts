import {
  dataInWords,
  deleteObjects,
  type Deletion,
  findToDelete,
} from '../../engines/kubernetes/apply/delete-objects.ts';
import type { EventBody } from '../../model/event.ts';
import type { OpenManifests } from './open-manifests.ts';

export interface DeleteOptions {
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
  readonly volumes: boolean;
  readonly dryRun: boolean;
  readonly timeoutMs: number;
}

export interface ToDelete {
  readonly deletion: Deletion;
  /** What would be lost for good, a line each. */
  readonly data: readonly string[];
}

/** Looks what of the manifests the cluster has; changes nothing. */
export async function lookForManifests(
  { cluster, manifests }: OpenManifests,
  { signal }: { readonly signal: AbortSignal },
): Promise<ToDelete> {
  const objects = manifests.map(({ object }) => object);
  const deletion = await findToDelete(cluster, objects, signal);
  return { deletion, data: dataInWords(deletion) };
}

/** Deletes what was found, in the reverse order of applying. */
export async function deleteManifests(
  { cluster, set }: OpenManifests,
  { deletion }: ToDelete,
  options: DeleteOptions,
): Promise<void> {
  await deleteObjects(cluster, deletion, { ...options, set });
}
