import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Twelve digits that change with the names, modes and bytes of the files of a folder, and with the other parts. */
export function hashOf(folder: string, ...parts: readonly string[]): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  for (const name of files) {
    const path = join(folder, name);
    const { mode } = statSync(path);
    if (statSync(path).isFile())
      hash.update(`${name}\0${mode & 0o111}\0`).update(readFileSync(path));
  }
  for (const part of parts) hash.update('\0').update(part);
  return hash.digest('hex').slice(0, 12);
}
