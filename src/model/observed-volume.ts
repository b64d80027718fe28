/** A volume of a project as its engine has it. What an engine does not have, or may not be asked, is absent. */
export interface ObservedVolume {
  /** On the engine; of a cluster, of the claim. */
  readonly name: string;
  /** Services that mount it, in the order of the file. */
  readonly services: readonly string[];
  readonly state: VolumeState;
  /** The file says that it is there already: it is not the project's to delete. */
  readonly isExternal: boolean;
  /** Bytes that it was made for. Absent: it may grow as long as its disk has room. */
  readonly sizeBytes?: number;
  /** What is in it. Absent: nobody has counted, or there is no volume. */
  readonly used?: UsedBytes;
  /** Where it is, as in a folder, or of a cluster the volume that the claim has. */
  readonly place?: string;
  /** What is behind a volume of a cluster, as in `hostPath /data/shop`. */
  readonly source?: string;
  /** Who makes it: a driver, a storage class. */
  readonly class?: string;
  /** As in `ReadWriteOnce`. */
  readonly accessModes?: readonly string[];
  /** What becomes of the data when the claim goes: `Retain` or `Delete`. */
  readonly reclaim?: string;
}

/**
 * `absent`: the file has it, and nothing has made it yet. `present` is a volume of an engine that has no claims; the others
 * are of claims: waiting for a volume, having one, and having lost it.
 */
type VolumeState = 'absent' | 'present' | 'pending' | 'bound' | 'lost';

/** `hint` says why a figure is missing or too small, and how to get it. */
export type UsedBytes =
  | { readonly kind: 'counted'; readonly bytes: number }
  | { readonly kind: 'at-least'; readonly bytes: number; readonly hint: string }
  | { readonly kind: 'unknown'; readonly hint: string };
