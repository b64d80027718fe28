import type { Programs } from '../actions/programs.ts';
import type { Streams } from '../actions/streams.ts';

/** A stream that the program writes to. */
export interface Output {
  readonly write: (text: string) => void;
  /** A terminal: colours, widths and prompts make sense. */
  readonly isTerminal: boolean;
  /** Columns of the terminal; none for a pipe. */
  readonly width: number | undefined;
  readonly color: boolean;
}

/** Everything of the outside world that a command may touch. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly uid: number;
  readonly temporary: string;
  readonly programs: Programs;
  /** Folder of the pages about errors. */
  readonly documentation: string;
  /** Hints that were given in this run: none is given twice. */
  readonly hints: Set<string>;
  /** Values that no failure may show; whoever learns of one adds it. */
  readonly secrets: Set<string>;
  /** The first interrupt aborts it: stop in order. */
  readonly signal: AbortSignal;
  /** The second interrupt aborts it: now. */
  readonly hurry: AbortSignal;
  /** Input and outputs as they are, for a program that runs elsewhere. */
  readonly streams: () => Streams;
  /** All of standard input as text. */
  readonly readStdin: () => Promise<string>;
  /** One line that the user types, or undefined when there is no terminal to ask at. */
  readonly ask: (question: string) => Promise<string | undefined>;
}
