import type { KubernetesObject, ObjectId } from '../object.ts';
import { type ClusterHolder, parseHolder, textOfHolder } from './holder.ts';

/** `coordination.k8s.io/v1`, Lease. */
export interface LeaseObject extends KubernetesObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

const HOLDER = 'bowline/holder';

/** Absent: it is free. */
export function holderOf({ metadata, spec = {} }: LeaseObject): ClusterHolder | undefined {
  const { holderIdentity = '' } = spec;
  if (holderIdentity === '') return undefined;
  return parseHolder(holderIdentity, metadata.annotations?.[HOLDER] ?? '');
}

export interface LeaseChange {
  /** As it must still be when it is written. Absent: there must be none. */
  readonly before: LeaseObject | undefined;
  /** Absent: it is free from now on. */
  readonly holder: ClusterHolder | undefined;
  readonly durationMs: number;
  readonly nowMs: number;
}

/** A lease as it is to be written. Its number of transitions grows with each holder. */
export function leaseObject(
  { apiVersion, kind, name, namespace = '' }: ObjectId,
  { before, holder, durationMs, nowMs }: LeaseChange,
): LeaseObject {
  const { leaseTransitions = 0, holderIdentity } = before?.spec ?? {};
  const { resourceVersion } = before?.metadata ?? {};
  const isNew = holder !== undefined && holder.id !== holderIdentity;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'bowline' },
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(holder !== undefined && { annotations: { [HOLDER]: textOfHolder(holder) } }),
    },
    spec: {
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      leaseTransitions: isNew ? leaseTransitions + 1 : leaseTransitions,
      ...(holder !== undefined && {
        holderIdentity: holder.id,
        acquireTime: microTime(holder.sinceMs),
        renewTime: microTime(nowMs),
      }),
    },
  };
}

/** The API takes six digits of a second, no fewer. */
function microTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '000Z');
}
