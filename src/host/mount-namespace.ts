import { closeSync, fstatSync, openSync } from 'node:fs';

/** A mount namespace that stays until it is released, whether or not a process is left in it. */
export interface HeldNamespace {
  /** As `/proc/<pid>/ns/mnt` links to it, as in `mnt:[4026531841]`. */
  readonly name: string;
  release(): void;
}

/** Holds the mount namespace of a process; nothing when that is this process's own, or cannot be had. */
export function holdMountNamespace(pid: number): HeldNamespace | undefined {
  const descriptor = open(`/proc/${pid}/ns/mnt`);
  if (descriptor === undefined) return undefined;
  const { ino } = fstatSync(descriptor, { bigint: true });
  const own = open('/proc/self/ns/mnt');
  const isOwn = own !== undefined && fstatSync(own, { bigint: true }).ino === ino;
  if (own !== undefined) closeSync(own);
  if (isOwn) {
    closeSync(descriptor);
    return undefined;
  }
  let held = true;
  return {
    name: `mnt:[${ino}]`,
    release() {
      if (held) closeSync(descriptor);
      held = false;
    },
  };
}

function open(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    // Gone, another user's, or a system without namespaces.
    return undefined;
  }
}
