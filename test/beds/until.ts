import { setTimeout as pause } from 'node:timers/promises';

/** Asks every 50 ms until the answer is yes. An error of `isSo` ends it at once. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { timeoutMs = 60_000 }: { readonly timeoutMs?: number } = {},
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) {
      throw new Error(`gave up after ${timeoutMs / 1000} s waiting for ${what}`);
    }
    await pause(50);
  }
}
