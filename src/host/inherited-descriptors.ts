import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** `O_CLOEXEC` as `/proc/PID/fdinfo` writes it, in octal. */
const closesOnExec = 0o2_000_000;

/**
 * Closes what this process has from whoever started it but its standard streams. A process that stays must not hold
 * somebody's pipe open, nor hand it on. Node opens its own descriptors so that they are not inherited: that tells them
 * apart. Where the system does not say so, nothing is closed.
 */
export function closeInherited(): void {
  for (const descriptor of listed().filter((each) => each > 2)) {
    try {
      const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
      const flags = Number.parseInt(/^flags:\s*(\d+)$/m.exec(info)?.[1] ?? '', 8);
      if ((flags & closesOnExec) === 0) closeSync(descriptor);
    } catch {
      // The one with which the list was read: closed already.
    }
  }
}

function listed(): readonly number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    return [];
  }
}
