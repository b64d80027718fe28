import stringWidth from 'fast-string-width';

/** `line` in lines of at most `width` columns, broken between words; those that follow are two columns further in. */
export function wrap(line: string, width: number | undefined): string {
  if (width === undefined || stringWidth(line) <= width) return line;
  const lines: string[] = [];
  let present = '';
  for (const word of line.split(' ')) {
    const longer = present === '' ? word : `${present} ${word}`;
    if (stringWidth(longer) <= width || present.trim() === '') present = longer;
    else {
      lines.push(present);
      present = `  ${word}`;
    }
  }
  return [...lines, present].join('\n');
}
