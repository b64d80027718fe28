import type { Diagnostic, Fix, Span } from '../model/diagnostic.ts';
import type { Facts } from './check.ts';

type Written = Pick<Facts, 'sources'>;

/** The text at a place; absent when its file was not kept. */
export function textAt({ file, start, end }: Span, { sources }: Written): string | undefined {
  return sources.get(file)?.slice(start, end);
}

/** Where `part` stands within `at`; absent unless it is written there just once, as a word of its own. */
export function placeOf(part: string, at: Span, written: Written): Span | undefined {
  const text = textAt(at, written);
  if (text === undefined || part === '') return undefined;
  let found: number | undefined;
  for (let index = text.indexOf(part); index >= 0; index = text.indexOf(part, index + 1)) {
    if ((isLetter(part[0]) && isLetter(text[index - 1])) || isLetter(text[index + part.length]))
      continue;
    if (found !== undefined) return undefined;
    found = index;
  }
  if (found === undefined) return undefined;
  const start = at.start + found;
  return { file: at.file, start, end: start + part.length };
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_-]/u.test(character);
}

/** The host of a URL, where its name may also be that of the scheme, of the user or of the database. */
export function placeOfHost(host: string, at: Span, written: Written): Span | undefined {
  for (const before of ['@', '//', '']) {
    const place = placeOf(before + host, at, written);
    if (place !== undefined) return { ...place, start: place.start + before.length };
  }
  return undefined;
}

interface Replacement {
  readonly part: string;
  readonly by: string;
  /** @defaultValue placeOf */
  readonly find?: typeof placeOf;
}

/** The place of `part`, and a fix that writes `by` instead; where it cannot be found, the whole place and no fix. */
export function replacing(
  { part, by, find = placeOf }: Replacement,
  at: Span,
  written: Written,
): Pick<Diagnostic, 'fix'> & { readonly at: Span } {
  const place = find(part, at, written);
  if (place === undefined) return { at };
  const fix: Fix = { title: `write ${by}`, edits: [{ at: place, text: by }] };
  return { at: place, fix };
}
