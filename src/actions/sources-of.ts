import { readFile } from 'node:fs/promises';

import type { Span } from '../model/diagnostic.ts';

/**
 * Text of every file that something is said about, for its line and column. The engine may point into files that
 * loading had no need of, as a Dockerfile; one that cannot be read any more counts as empty.
 */
export async function sourcesOf(
  places: readonly { readonly at?: Span }[],
  known: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, string>> {
  const sources = new Map(known);
  for (const { at } of places) {
    if (at === undefined || sources.has(at.file)) continue;
    sources.set(at.file, await readFile(at.file, 'utf8').catch(() => ''));
  }
  return sources;
}
