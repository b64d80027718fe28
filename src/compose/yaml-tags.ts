import type { MergeTag } from './node.ts';
import { resolveScalar } from './resolve-scalar.ts';

export type TagMeaning = MergeTag | 'text' | 'null' | 'typed';

/** What the tags of Compose files say about a value. */
export const TAGS: ReadonlyMap<string, TagMeaning> = new Map([
  ['!reset', 'reset'],
  ['!override', 'override'],
  ['!!str', 'text'],
  ['!', 'text'],
  ['!!null', 'null'],
  ['!!int', 'typed'],
  ['!!float', 'typed'],
  ['!!bool', 'typed'],
  ['!!map', 'typed'],
  ['!!seq', 'typed'],
]);

/** The value of a scalar with a tag, or of one without quotes. */
export function valueOf(
  text: string,
  { tag, quoted }: { readonly tag: TagMeaning | undefined; readonly quoted: boolean },
): string | number | boolean | null {
  if (tag === 'null') return null;
  return tag === 'text' || (quoted && tag !== 'typed') ? text : resolveScalar(text);
}

export function mergeTagOf(tag: TagMeaning | undefined): { readonly tag?: MergeTag } {
  return tag === 'reset' || tag === 'override' ? { tag } : {};
}
