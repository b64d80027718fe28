import type { Span } from '../model/diagnostic.ts';
import type { Facts } from './check.ts';

/** Where the name of a variable is written, of which the value's place is known: `NAME: value`, `NAME=value`. */
export function nameOfValue(
  name: string,
  at: Span,
  { sources }: Pick<Facts, 'sources'>,
): Span | undefined {
  const text = sources.get(at.file);
  if (text === undefined) return undefined;
  // In the list form the place is that of the whole item.
  const start = text.lastIndexOf(name, at.start + 1);
  if (start < 0) return undefined;
  const between = text.slice(start + name.length, Math.max(at.start, start + name.length));
  if (!/^["']?[ \t]*(?:[:=][ \t\r\n]*["']?)?$/.test(between)) return undefined;
  return { file: at.file, start, end: start + name.length };
}
