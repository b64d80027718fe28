import { readFileSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { delay } from '../../../host/delay.ts';
import { errorCodeOf } from '../../../host/error-code.ts';
import { bootId, identify, isAlive, type ProcessIdentity } from '../../../host/process-identity.ts';

const LOOK_AGAIN_MS = 200;

/**
 * Waits until nobody else makes the same image. Only spares the work of doing it twice: two who make it at once each
 * have a folder of their own, and both results are good.
 */
export async function awaitTurn(folder: string, signal: AbortSignal): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'turn.json');
  const [me, boot] = await Promise.all([identify(process.pid), bootId()]);
  for (;;) {
    signal.throwIfAborted();
    try {
      await using file = await open(path, 'wx', 0o600);
      await file.writeFile(JSON.stringify({ ...me, boot }));
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    } catch (error) {
      if (errorCodeOf(error) !== 'EEXIST') throw error;
    }
    if (await isFree(path, boot)) await rm(path, { force: true });
    else await delay(LOOK_AGAIN_MS, { signal });
  }
}

/** Nobody who lives has it. */
async function isFree(path: string, boot: string): Promise<boolean> {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity & { boot: string };
    return holder.boot !== boot || !(await isAlive(holder));
  } catch (error) {
    // Gone, or just being written.
    return errorCodeOf(error) !== undefined ? false : isOld(path);
  }
}
