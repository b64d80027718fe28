/** A piece of a line of shell. `start` and `end` are offsets into the line. */
export type Token =
  | {
      readonly kind: 'word';
      /** Without its quotes; expansions such as `$HOME` and `$(date)` stay as they are written. */
      readonly text: string;
      /** Nothing of it was quoted: only then it may be a reserved word or an assignment. */
      readonly bare: boolean;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'operator';
      readonly text: string;
      readonly start: number;
      readonly end: number;
    };

export type Tokens =
  | { readonly kind: 'tokens'; readonly tokens: readonly Token[] }
  | { readonly kind: 'unreadable'; readonly why: string };

/** The longest first. Line breaks end commands, as `;` does. */
const OPERATORS = [
  '&>>',
  '<<<',
  '<<-',
  ';;&',
  '&&',
  '||',
  ';;',
  ';&',
  '|&',
  '&>',
  '<<',
  '>>',
  '<&',
  '>&',
  '<>',
  '>|',
  ';',
  '&',
  '|',
  '<',
  '>',
  '(',
  ')',
  '\n',
] as const;

/** The words and operators of a line of shell, quotes and expansions understood; comments are left out. */
export function readTokens(line: string): Tokens {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const character = line[at] ?? '';
    const operator = OPERATORS.find((each) => line.startsWith(each, at));
    if (operator !== undefined) {
      tokens.push({ kind: 'operator', text: operator, start: at, end: at + operator.length });
      at += operator.length;
    } else if (line.startsWith('\\\n', at)) {
      at += 2;
    } else if (/\s/.test(character)) {
      at += 1;
    } else if (character === '#') {
      at = ending(line.indexOf('\n', at), line);
    } else {
      const word = readWord(line, at);
      if (word.kind === 'unreadable') return word;
      tokens.push(word);
      at = word.end;
    }
  }
  return { kind: 'tokens', tokens };
}

function ending(found: number, line: string): number {
  return found < 0 ? line.length : found;
}

function readWord(
  line: string,
  start: number,
): Extract<Token, { readonly kind: 'word' }> | Extract<Tokens, { readonly kind: 'unreadable' }> {
  let text = '';
  let bare = true;
  let at = start;
  while (at < line.length && !/[\s;&|<>()]/.test(line[at] ?? '')) {
    const piece = readPiece(line, at);
    if (piece === undefined) return { kind: 'unreadable', why: openedBy(line, at) };
    ({ at } = piece);
    text += piece.text;
    bare &&= !piece.quoted;
  }
  return { kind: 'word', text, bare, start, end: at };
}

interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  readonly at: number;
}

/** One character, one quoted piece or one expansion; undefined when it is never closed. */
function readPiece(line: string, at: number): Piece | undefined {
  const character = line[at] ?? '';
  if (character === '\\') {
    const next = line[at + 1] ?? '';
    return { text: next === '\n' ? '' : next, quoted: next !== '\n', at: at + 2 };
  }
  if (character === "'") {
    const close = line.indexOf("'", at + 1);
    if (close < 0) return undefined;
    return { text: line.slice(at + 1, close), quoted: true, at: close + 1 };
  }
  if (character === '"') return readDoubleQuoted(line, at);
  const end = endOfExpansion(line, at);
  if (end === undefined) return undefined;
  return end === at
    ? { text: character, quoted: false, at: at + 1 }
    : { text: line.slice(at, end), quoted: false, at: end };
}

function readDoubleQuoted(line: string, open: number): Piece | undefined {
  let text = '';
  let at = open + 1;
  while (at < line.length) {
    const character = line[at] ?? '';
    if (character === '"') return { text, quoted: true, at: at + 1 };
    if (character === '\\') {
      const next = line[at + 1] ?? '';
      text += next === '\n' ? '' : '"\\$`'.includes(next) ? next : `\\${next}`;
      at += 2;
      continue;
    }
    const end = endOfExpansion(line, at);
    if (end === undefined) return undefined;
    text += line.slice(at, Math.max(end, at + 1));
    at = Math.max(end, at + 1);
  }
  return undefined;
}

/** Where `$(…)`, `${…}` or `` `…` `` at `at` ends; `at` itself when there is none, undefined when it is never closed. */
function endOfExpansion(line: string, at: number): number | undefined {
  if (line[at] === '`') {
    const close = line.slice(at + 1).search(/(?<!\\)`/);
    return close < 0 ? undefined : at + close + 2;
  }
  if (line[at] !== '$') return at;
  if (line[at + 1] === '(') return endOfNested(line, at + 1, ')');
  return line[at + 1] === '{' ? endOfNested(line, at + 1, '}') : at;
}

/** After the bracket that closes the one at `open`; quotes and brackets inside are skipped. */
function endOfNested(line: string, open: number, close: ')' | '}'): number | undefined {
  const same = line[open] ?? '';
  let at = open + 1;
  while (at < line.length) {
    const character = line[at] ?? '';
    if (character === close) return at + 1;
    if (character === same) {
      const end = endOfNested(line, at, close);
      if (end === undefined) return undefined;
      at = end;
    } else {
      const piece = readPiece(line, at);
      if (piece === undefined) return undefined;
      ({ at } = piece);
    }
  }
  return undefined;
}

function openedBy(line: string, at: number): string {
  const names: Readonly<Record<string, string>> = {
    '"': 'a double quote',
    "'": 'a single quote',
    '`': 'a back quote',
  };
  return `${names[line[at] ?? ''] ?? 'a bracket'} is never closed`;
}
