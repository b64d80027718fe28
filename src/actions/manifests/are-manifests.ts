import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Do these files, or folders, hold manifests of a cluster rather than a Compose file? */
export async function areManifests(named: readonly string[], cwd: string): Promise<boolean> {
  const found = await Promise.all(
    named.map(async (name) => {
      const path = resolve(cwd, name);
      const what = await stat(path).catch(() => undefined);
      if (what?.isDirectory() === true) return true;
      if (what?.isFile() !== true) return false;
      const text = await readFile(path, 'utf8').catch(() => '');
      return /^\s*"?apiVersion"?:/m.test(text) && /^\s*"?kind"?:/m.test(text);
    }),
  );
  return named.length > 0 && found.every(Boolean);
}
