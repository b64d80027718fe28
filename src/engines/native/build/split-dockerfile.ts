/** One instruction as it is written. */
export interface WrittenInstruction {
  /** In capitals, as in `COPY`. */
  readonly keyword: string;
  /** All that follows the keyword, flags included; continued lines are joined, runs of blanks are one. */
  readonly text: string;
  /** Bodies of here-documents, in order. */
  readonly heredocs: readonly string[];
  /** Offsets in the file; here-documents are within. */
  readonly start: number;
  readonly end: number;
}

/** Splits a Dockerfile into instructions; comments and empty lines are none, whatever is no instruction looks like one. */
export function splitDockerfile(file: string): readonly WrittenInstruction[] {
  const lines = linesOf(file);
  const escape = BACKTICK.test(file) ? '`' : '\\';
  const found: WrittenInstruction[] = [];
  for (let index = 0; index < lines.length;) {
    const line = lines[index];
    if (line === undefined || isNone(line.text)) index += 1;
    else {
      const last = lastOf(lines, index, escape);
      const own = lines.slice(index, last + 1).filter(({ text }) => !isNone(text));
      const { keyword, text } = partsOf(own, escape);
      const { bodies, next } = heredocsAfter(lines, last + 1, HAS_BODIES.has(keyword) ? text : '');
      const start = line.start + line.text.search(/\S/);
      const end = lines[next - 1] ?? line;
      found.push({ keyword, text, heredocs: bodies, start, end: end.start + end.text.length });
      index = next;
    }
  }
  return found;
}

interface Line {
  /** Without its end. */
  readonly text: string;
  readonly start: number;
}

/** `# escape=` among the first lines, where comments of this form are directives. */
const BACKTICK = /^\uFEFF?(?:[ \t]*#[ \t]*\w+[ \t]*=[^\n]*\n)*?[ \t]*#[ \t]*escape[ \t]*=[ \t]*`/i;
/** A word of its own; `<<<` and shifted numbers are none. */
const HEREDOC = /(?<=^|\s)\d*<<(-?)(["']?)([\w.-]+)\2(?=\s|$)/g;
const HAS_BODIES = new Set(['ADD', 'COPY', 'RUN', 'ONBUILD']);

function linesOf(file: string): readonly Line[] {
  return Array.from(file.matchAll(/[^\n]*\n|[^\n]+$/g), ({ 0: text, index }) => {
    // Some editors begin a file with a mark that nobody sees.
    const mark = index === 0 && text.startsWith('\uFEFF') ? 1 : 0;
    return { text: text.slice(mark).replace(/\r?\n$/, ''), start: index + mark };
  });
}

function isNone(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

/** Index of the last line of the instruction that begins at `first`; comments among its lines do not end it. */
function lastOf(lines: readonly Line[], first: number, escape: string): number {
  let last = first;
  for (let index = first; index < lines.length; index += 1) {
    const { text = '' } = lines[index] ?? {};
    if (index > first && isNone(text)) continue;
    last = index;
    if (!text.trimEnd().endsWith(escape)) break;
  }
  return last;
}

function partsOf(
  lines: readonly Line[],
  escape: string,
): { readonly keyword: string; readonly text: string } {
  const joined = lines
    .map(({ text }) => (text.trimEnd().endsWith(escape) ? text.trimEnd().slice(0, -1) : text))
    .join('')
    .trim();
  const [keyword = ''] = /^\S+/.exec(joined) ?? [];
  const text = joined.slice(keyword.length).replaceAll(/[ \t]{2,}/g, ' ');
  return { keyword: keyword.toUpperCase(), text: text.trim() };
}

/** `<<EOF … EOF`, one body for each; one that does not end goes to the end of the file. */
function heredocsAfter(
  lines: readonly Line[],
  first: number,
  text: string,
): { readonly bodies: readonly string[]; readonly next: number } {
  let next = first;
  const bodies: string[] = [];
  for (const [, dash = '', , name = ''] of text.matchAll(HEREDOC)) {
    const body: string[] = [];
    for (; next < lines.length; next += 1) {
      const line = lines[next]?.text ?? '';
      const bare = dash === '' ? line : line.replace(/^\t+/, '');
      if (bare === name) break;
      body.push(line);
    }
    next = Math.min(next + 1, lines.length);
    bodies.push(body.join('\n'));
  }
  return { bodies, next };
}
