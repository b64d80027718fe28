import type { Reached } from '../../model/reached.ts';
import { findUnshare } from './find-unshare.ts';
import { probeIsolation } from './isolation/probe-isolation.ts';

/** The native engine is always here; what differs is how much of a container it can give. */
export async function reachNative({
  cache,
  uid,
  path,
  signal,
}: {
  /** Folder of bowline's cache. */
  readonly cache: string;
  readonly uid: number;
  /** As in the variable of that name. */
  readonly path: string | undefined;
  readonly signal: AbortSignal;
}): Promise<Reached> {
  const unshare = findUnshare(path);
  const gid = process.getgid?.() ?? 0;
  const { level, reason } = await probeIsolation({ cache, unshare, uid, gid, signal });
  return {
    kind: 'reachable',
    version: process.platform,
    detail:
      level === 'mount'
        ? 'container paths and names in a mount namespace'
        : `container paths and names by visible rewriting, for ${reason ?? 'there is no mount namespace'}`,
  };
}
