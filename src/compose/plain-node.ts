import type { Span } from '../model/diagnostic.ts';
import type { Plain } from './language/form.ts';
import type { Entry, Node } from './node.ts';

/** A tree that says what `plain` says, every part of it at one place. */
export function nodeOf(plain: Plain, at: Span): Node {
  if (typeof plain !== 'object' || plain === null) return { kind: 'scalar', value: plain, at };
  if (isList(plain)) return { kind: 'list', items: plain.map((item) => nodeOf(item, at)), at };
  const entries: Entry[] = [];
  Object.keys(plain).forEach((key) => {
    const value = plain[key];
    if (value !== undefined) entries.push({ key, keyAt: at, value: nodeOf(value, at) });
  });
  return { kind: 'map', entries, at };
}

function isList(plain: object): plain is readonly Plain[] {
  return Array.isArray(plain);
}

/** The entry with another value: the very same entry if the value is the same. */
export function withValue(entry: Entry, value: Node): Entry {
  // Written out, because it runs for every key of every file, and a spread is several times slower.
  return value === entry.value ? entry : { key: entry.key, keyAt: entry.keyAt, value };
}
