import { watch } from 'node:fs';

/**
 * Calls back when a file, or something in a folder, changes. Where the system gives no (more) notice, it does nothing:
 * callers look from time to time as well.
 *
 * @returns what ends it.
 */
export function watchPath(path: string, onChange: () => void): () => void {
  try {
    const watcher = watch(path, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => {};
  }
}
