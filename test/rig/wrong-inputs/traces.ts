import { readdir, lstat } from 'node:fs/promises';
import { join } from 'node:path';

import { processesOf } from '../processes.ts';
import type { Sandbox } from '../sandbox.ts';

/** What a command may leave behind, each as a line; equal before and after means that it left nothing. */
export async function tracesIn(sandbox: Sandbox): Promise<readonly string[]> {
  const folders = ['home/.local', 'run'].map((name) => join(sandbox.folder, name));
  const files = await Promise.all(folders.map((folder) => treeOf(folder)));
  const processes = processesOf(sandbox.folder);
  return [...files.flat(), ...processes.map(({ pid, command }) => `process ${pid} ${command}`)];
}

/** Path, kind and size of everything in a folder; a folder that is not there has nothing in it. */
async function treeOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const below = await Promise.all(
    names
      .toSorted((a, b) => a.localeCompare(b))
      .map(async (name) => {
        const path = join(folder, name);
        const found = await lstat(path);
        if (found.isDirectory()) return [`${path}/`, ...(await treeOf(path))];
        return [`${path} ${found.size}`];
      }),
  );
  return below.flat();
}
