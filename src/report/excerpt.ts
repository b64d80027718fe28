import stringWidth from 'fast-string-width';

import { printable } from './printable.ts';

export interface Marked {
  /** Half-open range of UTF-16 offsets in the line. */
  readonly start: number;
  readonly end: number;
}

export interface Excerpt {
  readonly line: string;
  /** Blanks up to the marked part. */
  readonly indent: string;
  readonly squiggle: string;
}

interface Neighbourhood {
  readonly line: string;
  readonly mark: Marked;
  readonly isCut: { readonly before: boolean; readonly after: boolean };
}

/** A line may have millions of characters; no more than this many columns on each side of the mark are looked at. */
function neighbourhood(line: string, { start, end }: Marked, width: number): Neighbourhood {
  const reach = 4 * Math.max(20, width);
  const from = start > reach ? wholeCharacter(line, start - reach) : 0;
  const to = Math.min(line.length, wholeCharacter(line, start + reach));
  return {
    line: line.slice(from, to),
    mark: { start: start - from, end: Math.min(end, to) - from },
    isCut: { before: from > 0, after: to < line.length },
  };
}

/** Not between the two halves of a character. */
function wholeCharacter(line: string, at: number): number {
  const code = line.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}

interface Cell {
  readonly shown: string;
  readonly width: number;
  readonly marked: boolean;
}

const TAB = '    ';

/**
 * A line as a terminal shows it, with the squiggle for one part of it: tabs as blanks, control characters visible, wide
 * characters two columns wide, and what does not fit into `width` columns cut off, the marked part kept.
 */
export function excerpt(whole: string, whereMarked: Marked, width: number): Excerpt {
  const { line, mark, isCut } = neighbourhood(whole, whereMarked, width);
  const cells = cellsOf(line, mark);
  const first = cells.findIndex(({ marked }) => marked);
  const begin = first < 0 ? cells.length : first;
  const [from, to] = windowOf(cells, begin, Math.max(20, width));
  const shown = cells.slice(from, to);
  const before = from > 0 || isCut.before ? '…' : '';
  const after = to < cells.length || isCut.after ? '…' : '';
  const indent = ' '.repeat(before.length + widthOf(shown.slice(0, begin - from)));
  const marked = widthOf(shown.slice(begin - from).filter((cell) => cell.marked));
  return {
    line: before + shown.map((cell) => cell.shown).join('') + after,
    indent,
    squiggle: '~'.repeat(Math.max(1, marked)),
  };
}

function cellsOf(line: string, { start, end }: Marked): readonly Cell[] {
  let offset = 0;
  return Array.from(line, (character) => {
    const shown = character === '\t' ? TAB : printable(character);
    const marked = offset >= start && offset < Math.max(end, start + 1);
    offset += character.length;
    return { shown, width: stringWidth(shown), marked };
  });
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}

/** The cells that fit, a third of them before the marked part. */
function windowOf(
  cells: readonly Cell[],
  begin: number,
  width: number,
): readonly [from: number, to: number] {
  if (widthOf(cells) <= width) return [0, cells.length];
  let from = begin;
  let before = 0;
  while (from > 0 && before + (cells[from - 1]?.width ?? 0) <= width / 3) {
    from -= 1;
    before += cells[from]?.width ?? 0;
  }
  let to = from;
  let used = from > 0 ? 2 : 1;
  while (to < cells.length && used + (cells[to]?.width ?? 0) <= width) {
    used += cells[to]?.width ?? 0;
    to += 1;
  }
  return [from, to];
}
