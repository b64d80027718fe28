/** A word of Go. `text` of a string literal is what it means, not how it is written. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'mark';
  readonly text: string;
}

const BLANK = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)+/y;
const WORDS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['name', /[\p{L}_][\p{L}\p{N}_]*/uy],
  ['number', /\d[\w.]*/y],
  ['string', /`[^`]*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'/y],
  ['mark', /:=|\.\.\.|[^]/y],
];

/** Takes Go source apart, without blanks and comments. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(BLANK, source, at).length;
    if (at >= source.length) return tokens;
    for (const [kind, pattern] of WORDS) {
      const text = match(pattern, source, at);
      if (text === '') continue;
      tokens.push({ kind, text: kind === 'string' ? meaningOf(text) : text });
      at += text.length;
      break;
    }
  }
}

function match(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? '';
}

function meaningOf(literal: string): string {
  const inside = literal.slice(1, -1);
  if (literal.startsWith('`')) return inside.replaceAll('\r', '');
  return inside.replace(/\\(x..|u.{4}|U.{8}|[0-7]{3}|.)/g, (_, escape: string) => meant(escape));
}

const SHORT: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
};

function meant(escape: string): string {
  if (/^[0-7]{3}$/.test(escape)) return String.fromCodePoint(parseInt(escape, 8));
  if (escape.length > 1) return String.fromCodePoint(parseInt(escape.slice(1), 16));
  return SHORT[escape] ?? escape;
}
