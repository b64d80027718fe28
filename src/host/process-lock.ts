import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from './atomic-file.ts';
import { errorCodeOf } from './error-code.ts';
import { type ProcessIdentity, isAlive } from './process-identity.ts';

/** Who holds a lock: the process, and the boot in which it lives. */
export interface LockHolder extends ProcessIdentity {
  readonly boot: string;
  /** For whoever finds the lock taken. Milliseconds are Unix time. */
  readonly note?: { readonly command: string; readonly sinceMs: number };
}

export type LockResult =
  /** `number` grows with each holder. */
  | { readonly kind: 'held'; readonly number: number }
  | { readonly kind: 'taken'; readonly by: LockHolder };

/**
 * Takes a lock that ends with its process, whatever ends that: nothing has to be released, and a file left behind
 * means nothing.
 *
 * The lock is a row of numbered files. The one with the highest number counts, as long as the process named in it
 * lives; whoever finds it dead makes the next number, which the file system grants to one only. A single file cannot
 * do that: two who find it stale would replace each other.
 */
export async function takeProcessLock(folder: string, me: LockHolder): Promise<LockResult> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `draft-${randomBytes(6).toString('hex')}`);
  await writeFile(draft, JSON.stringify(me), { mode: 0o600, flag: 'wx' });
  try {
    for (;;) {
      const highest = await highestOf(folder);
      const by = highest === 0 ? undefined : await holderOf(join(folder, `${highest}`));
      if (by !== undefined && by.boot === me.boot && (await isAlive(by)))
        return { kind: 'taken', by };
      if (await claimed(draft, join(folder, `${highest + 1}`))) {
        // Somebody slower may have claimed a number that was cleaned away: only the highest counts.
        if ((await highestOf(folder)) === highest + 1) {
          await removeBelow(folder, highest + 1);
          return { kind: 'held', number: highest + 1 };
        }
        await rm(join(folder, `${highest + 1}`), { force: true });
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Gives a lock back before its process ends. The file stays: without the highest number, two could both believe that
 * theirs is the highest.
 */
export async function releaseProcessLock(folder: string, number: number): Promise<void> {
  const path = join(folder, `${number}`);
  if ((await holderOf(path)) !== undefined) await writeFileAtomically(path, '{}');
}

async function highestOf(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
  return Math.max(0, ...numbers);
}

async function holderOf(path: string): Promise<LockHolder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isHolder(value) ? value : undefined;
  } catch {
    // Unreadable or gone: nobody's.
    return undefined;
  }
}

function isHolder(value: unknown): value is LockHolder {
  if (typeof value !== 'object' || value === null) return false;
  if (!('pid' in value && 'start' in value && 'boot' in value)) return false;
  return (
    [typeof value.pid, typeof value.start, typeof value.boot].join() === 'number,string,string'
  );
}

async function claimed(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function removeBelow(folder: string, number: number): Promise<void> {
  const old = (await readdir(folder)).filter((name) => /^\d+$/.test(name) && Number(name) < number);
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
}
