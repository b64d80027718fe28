import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Each is about 50 MB. */
const keep = 4;
/** Milliseconds in which somebody may still be copying one. */
const restMs = 10 * 60_000;

/** Removes the templates that were not used for longest, and drafts of attempts that were killed. */
export async function forgetOldTemplates(folder: string, current: string): Promise<void> {
  const now = Date.now();
  const found = [];
  for (const name of await readdir(folder)) {
    if (name === '.key' || name === basename(current)) continue;
    const used = await stat(join(folder, name)).catch(() => undefined);
    if (used !== undefined) found.push({ path: join(folder, name), name, usedMs: used.mtimeMs });
  }
  const templates = found.filter(({ name }) => !name.startsWith('.'));
  const drafts = found.filter(({ name }) => name.startsWith('.'));
  const old = [...templates.toSorted((a, b) => b.usedMs - a.usedMs).slice(keep - 1), ...drafts];
  for (const { path, usedMs } of old) {
    if (now - usedMs > restMs) await rm(path, { recursive: true, force: true });
  }
}
