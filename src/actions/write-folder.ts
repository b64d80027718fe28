import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../host/atomic-file.ts';

export interface FolderContent {
  readonly files: ReadonlyMap<string, string>;
  /** First line of every file that was written so. */
  readonly mark: string;
}

/** Writes the files, and removes those of an earlier time that are not among them any more; nothing else is touched. */
export async function writeFolder(folder: string, { files, mark }: FolderContent): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of files) await writeFileAtomically(join(folder, name), text);
  for (const name of await readdir(folder)) {
    if (files.has(name) || !name.endsWith('.yaml')) continue;
    const text = await readFile(join(folder, name), 'utf8');
    if (text.startsWith(`${mark}\n`)) await rm(join(folder, name));
  }
}
