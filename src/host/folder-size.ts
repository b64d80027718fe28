import { lstat, readdir } from 'node:fs/promises';

import { errorCodeOf } from './error-code.ts';

/** Entries looked at side by side: more than Node has threads for brings nothing. */
const SIDE_BY_SIDE = 16;

export interface FolderSize {
  /** Of all files, each counted once whatever names it has. */
  readonly bytes: number;
  /** Why there may be more. */
  readonly missing?: 'time' | 'rights';
}

/** Counts what lies in a folder. Stops at `untilMs` (of `performance.now()`), and leaves out what may not be read. */
export async function folderSize(
  path: string,
  { signal, untilMs }: { readonly signal: AbortSignal; readonly untilMs: number },
): Promise<FolderSize> {
  const left: Buffer[] = [Buffer.from(path)];
  const seen = new Set<string>();
  let bytes = 0;
  let refused = false;
  const look = async (entry: Buffer): Promise<void> => {
    try {
      const found = await lstat(entry);
      if (found.isDirectory()) left.push(...(await entriesOf(entry)));
      else if (found.nlink === 1 || !seen.has(`${found.dev}:${found.ino}`)) bytes += found.size;
      if (found.nlink > 1) seen.add(`${found.dev}:${found.ino}`);
    } catch (error) {
      // What goes while it is counted is not there.
      if (errorCodeOf(error) !== 'ENOENT') refused = true;
    }
  };
  while (left.length > 0) {
    signal.throwIfAborted();
    if (performance.now() > untilMs) return { bytes, missing: 'time' };
    await Promise.all(left.splice(-SIDE_BY_SIDE).map(look));
  }
  return refused ? { bytes, missing: 'rights' } : { bytes };
}

/** Names are bytes: not all of them are text. */
async function entriesOf(folder: Buffer): Promise<readonly Buffer[]> {
  const names = await readdir(folder, { encoding: 'buffer' });
  return names.map((name) => Buffer.concat([folder, Buffer.from('/'), name]));
}
