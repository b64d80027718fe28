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
  readonly code: `${'compose' | 'native' | 'docker' | 'kubernetes' | 'arguments'}/${string}`;
  readonly severity: 'error' | 'warning';
  /** What is wrong, in one line, lower case, without a full stop. */
  readonly message: string;
  /** What to do about it: a whole sentence, if possible a command. */
  readonly help?: string;
  /** Absent only where no file is to blame (a missing file, a wrong argument). */
  readonly at?: Span;
  readonly related?: readonly { readonly message: string; readonly at: Span }[];
  /** What stands after `at` on its line is secret, and reports leave it unreadable. @defaultValue false */
  readonly secret?: boolean;
  /** Edits of the text that mend it and touch nothing else. */
  readonly fix?: Fix;
}

export interface Fix {
  /** What it does, in a few words: `write "10"`. */
  readonly title: string;
  /** Taken from the text as it was read; they do not overlap. */
  readonly edits: readonly Edit[];
}

/** Puts `text` in the place of what stands at `at`, which may be empty. */
export interface Edit {
  readonly at: Span;
  /** Empty: what stands there goes, with the dash, the comma or the line that only it had. */
  readonly text: string;
}

/** A comment with which the author of a file waives rules. */
export interface Silence {
  readonly codes: readonly string[];
  /** Why it is fine; empty: the comment does not count. */
  readonly reason: string;
  /** Of the comment. */
  readonly at: Span;
  /** What begins here is meant. */
  readonly covers: Span;
}

export interface Silenced {
  readonly diagnostic: Diagnostic;
  readonly silence: Silence;
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
