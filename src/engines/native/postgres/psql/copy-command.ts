/** A `\copy`: the client's own file is read or written instead of the server's. */
export interface CopyCommand {
  /** What the server is sent. */
  readonly sql: string;
  readonly direction: 'from' | 'to';
  readonly end:
    | { readonly kind: 'file'; readonly path: string }
    /** `script`: where the command itself stands; `program`: standard input or output of the program. */
    | { readonly kind: 'script' | 'program' };
}

/** Reads what follows `\copy`. Undefined: it is none, or it asks for a program to be run. */
export function readCopyCommand(text: string): CopyCommand | undefined {
  const at = directionIn(text);
  if (at === undefined) return undefined;
  const what = text.slice(0, at.index).trim();
  const [, place = '', rest = ''] =
    /^\s*('(?:[^']|'')*'|\S+)(.*)$/s.exec(text.slice(at.index + at.word.length)) ?? [];
  const direction = at.word.toLowerCase() === 'from' ? 'from' : 'to';
  const name = place.toLowerCase();
  if (what === '' || place === '' || name === 'program') return undefined;
  const sql = `COPY ${what} ${direction === 'from' ? 'FROM STDIN' : 'TO STDOUT'}${rest.replace(/;\s*$/, '')}`;
  if (name === 'pstdin' || name === 'pstdout') return { sql, direction, end: { kind: 'program' } };
  if (name === 'stdin' || name === 'stdout') return { sql, direction, end: { kind: 'script' } };
  const path = place.startsWith("'") ? place.slice(1, -1).replaceAll("''", "'") : place;
  return { sql, direction, end: { kind: 'file', path } };
}

/** The word that stands outside of parentheses and quotes. */
function directionIn(text: string): { readonly index: number; readonly word: string } | undefined {
  const pieces = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|\b(?:from|to)\b/gi;
  let depth = 0;
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    if (piece === '(') depth += 1;
    else if (piece === ')') depth -= 1;
    else if (depth === 0 && /^(from|to)$/i.test(piece)) return { index, word: piece };
  }
  return undefined;
}
