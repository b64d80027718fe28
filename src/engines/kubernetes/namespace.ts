import { ApiError, isNotFound } from './cluster/api-error.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { KubernetesObject } from './object.ts';

/** Whether the namespace is ours to make and to describe: it is not there yet, or we have made it. */
export async function isNamespaceOurs(cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  const path = `/api/v1/namespaces/${encodeURIComponent(cluster.target.namespace)}`;
  try {
    const { metadata } = await cluster.ask<KubernetesObject>({ method: 'GET', path, signal });
    return metadata.labels?.['app.kubernetes.io/managed-by'] === 'bowline';
  } catch (error) {
    signal.throwIfAborted();
    if (isNotFound(error)) return true;
    // Who may not even look at it was given it by somebody.
    if (error instanceof ApiError && error.status === 403) return false;
    throw error;
  }
}
