import { stat } from 'node:fs/promises';

import { deferred } from '../../../host/delay.ts';
import { watchPath } from '../../../host/watch-path.ts';

/** Milliseconds after which it looks although there was no notice. */
const otherwiseMs = 1000;

/**
 * Waits until a file or folder may have changed: by the system's notice, or after a second at most. Returns at once
 * when the first file has grown beyond `bytes` before the watch stood.
 *
 * @throws `signal.reason` when aborted.
 */
export async function waitForGrowth(
  paths: readonly [file: string, ...others: string[]],
  { signal, untilMs }: { readonly signal: AbortSignal; readonly untilMs?: number },
  bytes: number = Infinity,
): Promise<void> {
  signal.throwIfAborted();
  const { promise: woken, resolve: wake } = deferred();
  const leftMs = Math.max(1, (untilMs ?? Infinity) - Date.now());
  const timer = setTimeout(wake, Math.min(otherwiseMs, leftMs));
  const unwatch = paths.map((path) => watchPath(path, wake));
  signal.addEventListener('abort', wake, { once: true });
  try {
    if (!((await sizeOf(paths[0])) > bytes)) await woken;
  } finally {
    clearTimeout(timer);
    for (const end of unwatch) end();
    signal.removeEventListener('abort', wake);
  }
  signal.throwIfAborted();
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
