/** Where the lines of a text begin; asked often, made once. */
export interface SourceLines {
  readonly text: string;
  /** UTF-16 offsets. */
  readonly starts: readonly number[];
}

export interface LineAndColumn {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

export function sourceLines(text: string): SourceLines {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return { text, starts };
}

export function lineAndColumn({ starts }: SourceLines, offset: number): LineAndColumn {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const line = Math.max(1, low);
  return { line, column: offset - (starts[line - 1] ?? 0) + 1 };
}

/** One line without its end. */
export function lineText({ text, starts }: SourceLines, line: number): string {
  const end = starts[line] === undefined ? text.length : starts[line] - 1;
  return text.slice(starts[line - 1] ?? 0, end).replace(/\r$/, '');
}
