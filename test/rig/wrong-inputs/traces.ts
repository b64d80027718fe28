import { readdir, readFile, lstat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Sandbox } from '../sandbox.ts';

/** What a command may leave behind, each as a line; equal before and after means that it left nothing. */
export async function tracesIn(sandbox: Sandbox): Promise<readonly string[]> {
  const folders = ['home/.local', 'run'].map((name) => join(sandbox.folder, name));
  const files = await Promise.all(folders.map((folder) => treeOf(folder)));
  return [...files.flat(), ...(await processesOf(sandbox.folder))];
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

/** Processes that have `folder` in their command or their environment; none where there is no /proc. */
export async function processesOf(folder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const isOurs = command.includes(folder) || environment.includes(folder);
      return isOurs ? [`process ${pid} ${command.replaceAll('\0', ' ')}`] : [];
    }),
  );
  return found.flat();
}
