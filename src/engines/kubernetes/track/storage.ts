import { ApiError } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { ObjectId } from '../object.ts';
import type { PersistentVolume, StorageClass } from './wire.ts';

/** What the whole cluster has to store data. Absent where that may not be listed, and where nobody asks. */
export interface Storage {
  readonly classes?: readonly StorageClass[];
  readonly volumes?: readonly PersistentVolume[];
}

/** Asks only when there are claims to judge. */
export async function readStorage(
  cluster: Cluster,
  ids: readonly ObjectId[],
  signal: AbortSignal,
): Promise<Storage> {
  if (!ids.some(({ kind }) => kind === 'PersistentVolumeClaim')) return {};
  const [classes, volumes] = await Promise.all([
    list<StorageClass>(cluster, '/apis/storage.k8s.io/v1/storageclasses', signal),
    list<PersistentVolume>(cluster, '/api/v1/persistentvolumes', signal),
  ]);
  return {
    ...(classes !== undefined && { classes }),
    ...(volumes !== undefined && { volumes }),
  };
}

async function list<T>(
  cluster: Cluster,
  path: string,
  signal: AbortSignal,
): Promise<readonly T[] | undefined> {
  try {
    const { items = [] } = await cluster.ask<{ readonly items?: readonly T[] }>({
      method: 'GET',
      path,
      signal,
    });
    return items;
  } catch (error) {
    signal.throwIfAborted();
    // Whoever works in a namespace may often not look beyond it, and what is missing is then not told.
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
