import type { Span } from '../model/diagnostic.ts';

/** A variable of the shell, of a `.env` file or of an `env_file`. */
export interface Variable {
  readonly value: string;
  /** Absent when it came from the shell. */
  readonly at?: Span;
}

export type Variables = ReadonlyMap<string, Variable>;
