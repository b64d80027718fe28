import { readdir } from 'node:fs/promises';

import type { NativeOptions } from './options.ts';

/** Names of the volumes that exist in this environment, of this project and of others. */
export async function volumesOf({ directories }: NativeOptions): Promise<readonly string[]> {
  const entries = await readdir(directories.volumes, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
