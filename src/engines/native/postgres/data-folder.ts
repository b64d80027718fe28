import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import { errorCodeOf } from '../../../host/error-code.ts';

/** Inside the data folder for as long as its initialisation is not finished. */
const unfinishedMark = '.bowline-unfinished';

/** What a folder holds that is to be, or is, a database cluster. */
export type ClusterState =
  /** Nothing, or no such folder. */
  | { readonly kind: 'absent' }
  /** An initialisation that did not come to its end: worth nothing. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'ready'; readonly major: number }
  /** Files that are no cluster: PostgreSQL refuses to make one here. */
  | { readonly kind: 'foreign'; readonly names: readonly string[] };

/** @throws the system's error when the folder cannot be read. */
export async function clusterStateOf(folder: string): Promise<ClusterState> {
  const names = await namesIn(folder);
  if (names.includes(unfinishedMark)) return { kind: 'unfinished' };
  const version = Number.parseInt(
    await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => ''),
    10,
  );
  if (Number.isInteger(version)) return { kind: 'ready', major: version };
  // The root of a file system of its own has this one.
  const others = names.filter((name) => name !== 'lost+found');
  return others.length === 0 ? { kind: 'absent' } : { kind: 'foreign', names: others.slice(0, 5) };
}

/**
 * Begins to fill a folder: from now on, and through any crash, it counts as unfinished. What an earlier attempt has left
 * is removed.
 */
export async function beginCluster(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await emptyCluster(folder);
  await chmod(folder, 0o700);
}

/** Removes everything that an attempt has made; the mark is the last to go, or stays. */
export async function emptyCluster(folder: string): Promise<void> {
  await writeFileAtomically(join(folder, unfinishedMark), '');
  for (const name of await namesIn(folder)) {
    if (name === unfinishedMark || name === 'lost+found') continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** From now on the folder is a cluster; or an empty folder again, after `emptyCluster`. */
export async function endCluster(folder: string): Promise<void> {
  await rm(join(folder, unfinishedMark), { force: true });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
