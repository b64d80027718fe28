import stringWidth from 'fast-string-width';

export interface ColumnsOptions {
  /** Columns of the terminal; absent: as wide as it gets (a pipe). */
  readonly width?: number;
  /** Index of columns that give way when it does not fit, the first to give way first. */
  readonly shrink?: readonly number[];
}

const GAP = 3;
const NARROWEST = 8;

/** Rows under a heading, left-aligned, three blanks apart, as `docker compose ps` prints them. */
export function columns(
  rows: readonly (readonly string[])[],
  { width, shrink = [] }: ColumnsOptions = {},
): string {
  const widths = fit(naturalWidths(rows), width ?? Infinity, shrink);
  return rows
    .map((row) =>
      row
        .map((cell, index) => pad(shorten(cell, widths[index] ?? 0), widths[index] ?? 0))
        .join(' '.repeat(GAP))
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function naturalWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, stringWidth(cell));
    }
  }
  return widths;
}

function fit(widths: number[], available: number, shrink: readonly number[]): readonly number[] {
  const total = (): number => widths.reduce((sum, each) => sum + each, GAP * (widths.length - 1));
  for (const index of shrink) {
    const over = total() - available;
    if (over <= 0) break;
    const present = widths[index] ?? 0;
    widths[index] = Math.max(Math.min(NARROWEST, present), present - over);
  }
  return widths;
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - stringWidth(cell)));
}

/** Cut to `width` columns, the last one an ellipsis. */
export function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let short = '';
  for (const character of text) {
    if (stringWidth(short + character) > width - 1) break;
    short += character;
  }
  return `${short}…`;
}
