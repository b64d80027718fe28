import { watch } from 'node:fs';

/** Milliseconds between two calls where the system gives no notice (no more watches, a file system without). */
const otherwiseEveryMs = 1000;

/**
 * Calls back when a file, or something in a folder, may have changed: the caller looks.
 *
 * @returns what ends it.
 */
export function watchPath(path: string, onChange: () => void): () => void {
  try {
    const watcher = watch(path, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    const timer = setInterval(onChange, otherwiseEveryMs).unref();
    return () => clearInterval(timer);
  }
}
