/** A half-open range of UTF-16 offsets in one source file. */
export interface Span {
  /** Absolute path, or `-` for standard input. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A problem in what the user wrote. Collected while loading and checking, never thrown one by one. */
export interface Diagnostic {
  /** Stable and documented: `docs/errors/<area>/<code>.md` has the same name. */
  readonly code: `${'compose' | 'native' | 'arguments'}/${string}`;
  readonly severity: 'error' | 'warning';
  /** What is wrong, in one line, lower case, without a full stop. */
  readonly message: string;
  /** What to do about it: a whole sentence, if possible a command. */
  readonly help?: string;
  /** Absent only where no file is to blame (a missing file, a wrong argument). */
  readonly at?: Span;
  readonly related?: readonly { readonly message: string; readonly at: Span }[];
}

/** Thrown once, at the edge, with every diagnostic of a load; at least one of them is an error. */
export class ComposeError extends Error {
  override readonly name = 'ComposeError';
  readonly diagnostics: readonly Diagnostic[];
  /** Text of every file that a span may point into, for the report. */
  readonly sources: ReadonlyMap<string, string>;

  constructor(
    diagnostics: readonly Diagnostic[],
    { sources, ...options }: ErrorOptions & { readonly sources: ReadonlyMap<string, string> },
  ) {
    super(diagnostics.map(({ message }) => message).join('\n'), options);
    this.diagnostics = diagnostics;
    this.sources = sources;
  }
}
