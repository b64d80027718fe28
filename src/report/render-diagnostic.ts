import picocolors from 'picocolors';

import type { Diagnostic, Span } from '../model/diagnostic.ts';
import { excerpt } from './excerpt.ts';
import { shortestPath } from './locate.ts';
import { printable } from './printable.ts';
import { lineAndColumn, lineText, sourceLines, type SourceLines } from './source-lines.ts';

export interface DiagnosticStyle {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Paths are shown relative to it where that is shorter. */
  readonly cwd: string;
}

/** More than anybody reads at once. */
const MOST_SHOWN = 100;
const MOST_RELATED = 5;
/** A name or a value that a message quotes may be of any length. */
const LONGEST_LINE = 2000;
const INDENT = '  ';

/** Every diagnostic with its place, the line it is about, what to do; in the end how many there are. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  style: DiagnosticStyle,
): string {
  if (diagnostics.length === 0) return '';
  const printer = new DiagnosticPrinter(sources, style);
  const shown = diagnostics.slice(0, MOST_SHOWN).map((each) => printer.print(each));
  const hidden = diagnostics.length - shown.length;
  const rest = hidden > 0 ? `… and ${hidden} more\n\n` : '';
  return `${shown.join('\n')}\n${rest}${countOf(diagnostics)}\n`;
}

function countOf(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const counts: readonly (readonly [number, string])[] = [
    [errors, 'error'],
    [diagnostics.length - errors, 'warning'],
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`)
    .join(', ');
}

class DiagnosticPrinter {
  readonly #sources: Sources;
  readonly #style: DiagnosticStyle;
  readonly #colors: ReturnType<typeof picocolors.createColors>;

  constructor(sources: ReadonlyMap<string, string>, style: DiagnosticStyle) {
    this.#sources = new Sources(sources);
    this.#style = style;
    this.#colors = picocolors.createColors(style.color);
  }

  print({ at, code, severity, message, help, related = [], secret = false }: Diagnostic): string {
    const { bold, cyan, dim } = this.#colors;
    const paint = severity === 'error' ? this.#colors.red : this.#colors.yellow;
    const place = at === undefined ? '' : `${bold(this.#place(at))}: `;
    const lines = [
      `${place}${paint(`${severity}:`)} ${oneLine(message)} ${dim(`[${code}]`)}`,
      ...(at === undefined ? [] : this.#excerpt(at, { paint, secret })),
      ...(help === undefined ? [] : [`${INDENT}${cyan('help:')} ${oneLine(help)}`]),
      ...related.slice(0, MOST_RELATED).map((each) => {
        return `${INDENT}${dim('see:')}  ${this.#place(each.at)}: ${oneLine(each.message)}`;
      }),
      ...(related.length > MOST_RELATED
        ? [`${INDENT}${dim(`… and ${related.length - MOST_RELATED} more places`)}`]
        : []),
    ];
    return lines.map((line) => `${line}\n`).join('');
  }

  #place(at: Span): string {
    const path = at.file === '-' ? 'standard input' : shortestPath(at.file, this.#style.cwd);
    const lines = this.#sources.linesOf(at.file);
    if (lines === undefined) return oneLine(path);
    const { line, column } = lineAndColumn(lines, at.start);
    return `${oneLine(path)}:${line}:${column}`;
  }

  /** The line in which the span begins; a span of several lines is marked to the end of its first. */
  #excerpt(at: Span, { paint, secret }: Drawing): readonly string[] {
    const lines = this.#sources.linesOf(at.file);
    if (lines === undefined) return [];
    const { line, column } = lineAndColumn(lines, at.start);
    const text = lineText(lines, line);
    if (text.trim() === '' && at.end <= at.start) return [];
    const start = column - 1;
    const end = Math.min(start + at.end - at.start, text.trimEnd().length);
    const plain = secret
      ? masked(text.slice(0, start)) + text.slice(start, end) + masked(text.slice(end))
      : text;
    const shown = excerpt(plain, { start, end }, this.#style.width - INDENT.length);
    return [`${INDENT}${shown.line}`, `${INDENT}${shown.indent}${paint(shown.squiggle)}`];
  }
}

interface Drawing {
  readonly paint: (text: string) => string;
  readonly secret: boolean;
}

/** Letters and digits unreadable; what makes a line YAML stays. */
function masked(text: string): string {
  return text.replaceAll(/[^\s:={}[\],"'-]/g, '•');
}

/** Lines of each source, found when they are asked for. */
class Sources {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #lines = new Map<string, SourceLines>();

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  linesOf(file: string): SourceLines | undefined {
    const text = this.#texts.get(file);
    if (text === undefined) return undefined;
    const lines = this.#lines.get(file) ?? sourceLines(text);
    this.#lines.set(file, lines);
    return lines;
  }
}

/** Values that a message quotes may have line ends in them. */
function oneLine(text: string): string {
  const short = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
  return printable(short).replaceAll('\n', '␤').replaceAll('\t', ' ');
}

/** A diagnostic as JSON shows it; lines and columns from 1, columns in UTF-16 units. */
export interface JsonDiagnostic {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly code: Diagnostic['code'];
  readonly severity: Diagnostic['severity'];
  readonly message: string;
  readonly help?: string;
  readonly related?: readonly JsonPlace[];
  /** `check --fix` carries it out. */
  readonly fix?: { readonly title: string; readonly edits: readonly JsonEdit[] };
}

interface JsonEdit extends Omit<JsonPlace, 'message'> {
  readonly text: string;
}

interface JsonPlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly message: string;
}

export function diagnosticsToJson(
  diagnostics: readonly Diagnostic[],
  texts: ReadonlyMap<string, string>,
): readonly JsonDiagnostic[] {
  const sources = new Sources(texts);
  return diagnostics.map(({ at, code, severity, message, help, related = [], fix }) => ({
    ...(at !== undefined && placeToJson(at, sources)),
    code,
    severity,
    message,
    ...(help !== undefined && { help }),
    ...(related.length > 0 && {
      related: related.map((each) => ({
        ...placeToJson(each.at, sources),
        message: each.message,
      })),
    }),
    ...(fix !== undefined && {
      fix: {
        title: fix.title,
        edits: fix.edits.map((edit) => ({ ...placeToJson(edit.at, sources), text: edit.text })),
      },
    }),
  }));
}

function placeToJson(at: Span, sources: Sources): Omit<JsonPlace, 'message'> {
  const lines = sources.linesOf(at.file);
  if (lines === undefined) return { file: at.file };
  const start = lineAndColumn(lines, at.start);
  const end = lineAndColumn(lines, at.end);
  return {
    file: at.file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}
