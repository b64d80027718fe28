import { type Lookup, named, quoted } from './scanner.ts';

/** Arguments of a backslash command: single quotes are taken off, variables put in. */
export function metaWords(text: string, lookup: Lookup): readonly string[] {
  const words: string[] = [];
  const pieces =
    /\s+|'((?:[^'\\]|''|\\.)*)'|"([^"]*)"|:'(\w+)'|:"(\w+)"|:\{\?(\w+)\}|:(\w+)|([^\s'":]+|[:'"])/gs;
  let word: string | undefined;
  for (const match of text.matchAll(pieces)) {
    const piece = pieceOf(match, lookup);
    if (piece === undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + piece;
  }
  return word === undefined ? words : [...words, word];
}

/** Undefined: a space. */
function pieceOf(match: RegExpMatchArray, lookup: Lookup): string | undefined {
  const [all, single, double, literal, name, asked, bare, plain] = match;
  if (single !== undefined) return unescaped(single);
  // They stay: only commands that want a name take them off.
  if (double !== undefined) return `"${double}"`;
  if (literal !== undefined) return withValue(literal, quoted, { lookup, all });
  if (name !== undefined) return withValue(name, named, { lookup, all });
  if (asked !== undefined) return lookup(asked) === undefined ? 'FALSE' : 'TRUE';
  if (bare !== undefined) return lookup(bare) ?? all;
  return plain;
}

function withValue(
  name: string,
  form: (value: string) => string,
  { lookup, all }: { readonly lookup: Lookup; readonly all: string },
): string {
  const value = lookup(name);
  return value === undefined ? all : form(value);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function unescaped(text: string): string {
  return text.replaceAll(/''|\\(.)/gs, (_, char?: string) =>
    char === undefined ? "'" : (ESCAPES[char] ?? char),
  );
}
