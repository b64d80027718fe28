import type { Span } from '../model/diagnostic.ts';
import type { Finding } from '../model/finding.ts';

/** A value of a file and where it stands. */
export interface Written {
  readonly text: string;
  readonly at: Span;
}

/** Shorter ones are in any sentence by chance. */
const SHORTEST = 3;

/** Where the file says what a finding's cause names: an image, a program, a Secret. The longest such value counts. */
export function placeNamed(
  { cause }: Pick<Finding, 'cause'>,
  written: readonly Written[],
): Span | undefined {
  return written
    .filter(({ text }) => text.length >= SHORTEST && !/^\d+$/.test(text) && names(cause, text))
    .toSorted((a, b) => b.text.length - a.text.length)[0]?.at;
}

/** As a word of its own, not as a part of another. */
function names(cause: string, text: string): boolean {
  for (let at = cause.indexOf(text); at !== -1; at = cause.indexOf(text, at + 1)) {
    const [before, after] = [cause[at - 1] ?? ' ', cause.slice(at + text.length)];
    if (/[\s"'(]/.test(before) && /^(?:$|[\s"'),;]|[.:](?:\s|$))/.test(after)) return true;
  }
  return false;
}
