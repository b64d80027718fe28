import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { copyTree } from '../../../host/copy-tree.ts';
import { errorCodeOf } from '../../../host/error-code.ts';
import { buildsFolder } from './image-store.ts';

export function layersFolder(cache: string): string {
  return join(buildsFolder(cache), 'layers');
}

export function hasLayer(cache: string, key: string): boolean {
  return existsSync(join(layersFolder(cache), key));
}

/** Keeps the files of a stage as they are after a step. Of two who do so at once the first wins: both have the same. */
export async function keepLayer(
  root: string,
  key: string,
  { cache, signal }: { readonly cache: string; readonly signal: AbortSignal },
): Promise<void> {
  if (hasLayer(cache, key)) return;
  const folder = layersFolder(cache);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `${key}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    await copyTree(root, temporary, { signal });
    await touch(temporary);
    await rename(temporary, join(folder, key));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCodeOf(error) ?? '')) throw error;
  }
}

/** Makes `root` of a layer. `root` must not exist. */
export async function restoreLayer(
  key: string,
  root: string,
  { cache, signal }: { readonly cache: string; readonly signal: AbortSignal },
): Promise<void> {
  const layer = join(layersFolder(cache), key);
  await touch(layer);
  await copyTree(layer, root, { signal });
}

/** The time says when a layer was last of use. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}
