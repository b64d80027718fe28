import { type Draft, type DraftMap, type DraftObject, from } from './draft.ts';
import { at, isTrue, type Place, textOf } from './place.ts';

/** What a container sees on its disks, the volumes of the pod behind it, and the objects behind them. */
export interface Mounted {
  readonly volumes: readonly Draft[];
  readonly volumeMounts: readonly Draft[];
  readonly objects: readonly DraftObject[];
}

export const NOTHING_MOUNTED: Mounted = { volumes: [], volumeMounts: [], objects: [] };

/** Mount path and whether it may be written to. */
export function targetOf(mount: Place): DraftMap {
  const readOnly = at(mount, 'read_only');
  return {
    mountPath: from(textOf(at(mount, 'target')), at(mount, 'target')),
    readOnly: isTrue(readOnly) ? from(true, readOnly) : undefined,
  };
}
