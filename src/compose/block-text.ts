export interface BlockStyle {
  /** `>`: lines are joined by spaces. `|`: they stay as they are. */
  readonly folded: boolean;
  /** Of the line ends behind the text: `-` none, `+` all, else one. */
  readonly chomping: string;
}

/**
 * The text of a block scalar.
 *
 * @param lines - without their indent and their ends. The first is not empty.
 * @see https://yaml.org/spec/1.2.2/#81-block-scalar-styles
 */
export function blockText(lines: readonly string[], { folded, chomping }: BlockStyle): string {
  const last = lines.findLastIndex((line) => line !== '');
  let text = '';
  let before = '';
  let empty = 0;
  for (const line of lines.slice(0, last + 1)) {
    if (line === '') {
      empty += 1;
      continue;
    }
    if (text !== '') text += folded ? joint(before, line, empty) : '\n'.repeat(empty + 1);
    text += line;
    before = line;
    empty = 0;
  }
  if (chomping === '-') return text;
  return text + '\n'.repeat(chomping === '+' ? lines.length - last : 1);
}

/** Lines that are indented more than the first keep their ends. */
function joint(before: string, line: string, empty: number): string {
  if (before.startsWith(' ') || line.startsWith(' ')) return '\n'.repeat(empty + 1);
  return empty === 0 ? ' ' : '\n'.repeat(empty);
}
