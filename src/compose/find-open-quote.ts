/** What may stand right before a quote that opens a value. */
const OPENS = /(?:^|[\s[{,:(])$/;
const BLOCK = /(?:^|\s)[|>][-+0-9]*\s*(?:#.*)?$/;

/**
 * Offset of a quote that is opened and never closed, or closed lines later by one that was meant to open, around `position`
 * where the parser gave up. The bodies of block texts and comments are passed over.
 */
export function findOpenQuote(text: string, position: number): number | undefined {
  let start = 0;
  while (start < text.length) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const { openQuote, next } = readLine(text, { start, end });
    if (openQuote !== undefined && openQuote < position && next > position) return openQuote;
    start = next;
  }
  return undefined;
}

interface Read {
  /** Where the next line begins that is no part of a quoted text. */
  readonly next: number;
  /** A quote that this line does not close. */
  readonly openQuote?: number;
}

function readLine(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): Read {
  for (let index = start; index < end; index += 1) {
    const mark = text[index];
    const before = index === start ? '' : (text[index - 1] ?? '');
    if (mark === '#' && (before === '' || /\s/.test(before))) break;
    if ((mark === '"' || mark === "'") && OPENS.test(before)) {
      const close = closingQuote(text, index);
      if (close === undefined) return { next: text.length + 1, openQuote: index };
      if (close > end) return { next: nextLine(text, close), openQuote: index };
      index = close;
    }
  }
  return { next: BLOCK.test(text.slice(start, end)) ? afterBlock(text, { start, end }) : end + 1 };
}

function nextLine(text: string, position: number): number {
  const found = text.indexOf('\n', position);
  return found < 0 ? text.length + 1 : found + 1;
}

function closingQuote(text: string, open: number): number | undefined {
  const mark = text[open];
  for (let index = open + 1; index < text.length; index += 1) {
    if (mark === '"' && text[index] === '\\') index += 1;
    else if (text[index] === mark) {
      if (mark === '"' || text[index + 1] !== mark) return index;
      index += 1;
    }
  }
  return undefined;
}

/** The first line behind a block text: not empty, and indented no further than the line that began it. */
function afterBlock(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): number {
  const indent = indentOf(text.slice(start, end));
  let position = end + 1;
  while (position < text.length) {
    const found = text.indexOf('\n', position);
    const lineEnd = found < 0 ? text.length : found;
    const line = text.slice(position, lineEnd);
    if (line.trim() !== '' && indentOf(line) <= indent) return position;
    position = lineEnd + 1;
  }
  return position;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
