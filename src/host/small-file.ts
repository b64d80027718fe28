import { closeSync, openSync, readSync } from 'node:fs';

const buffer = Buffer.allocUnsafeSlow(4096);

/**
 * The first 4 KiB of a file of the kernel (`/proc`), read at once: three system calls, a few microseconds, where a
 * promise would cost ten times that. Absent when it cannot be read: such files go away with their process.
 */
export function readSmallFile(path: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
