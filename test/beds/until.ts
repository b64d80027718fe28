import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is yes, every 50 ms unless told otherwise. An error of `isSo` ends it at once. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  {
    timeoutMs = 60_000,
    everyMs = 50,
  }: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) {
      throw new Error(`gave up after ${timeoutMs / 1000} s waiting for ${what}`);
    }
    await pause(everyMs);
  }
}
