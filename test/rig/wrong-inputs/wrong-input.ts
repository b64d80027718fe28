export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Something that a user may well do wrong, and what the program has to answer. */
export interface WrongInput {
  /** A fact, as the title of the test. */
  readonly name: string;
  /** Files of the project by their paths; bytes where it matters that they are no text. */
  readonly files?: Files;
  /** @defaultValue up -d */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly exitCode: 1 | 2;
  /** Codes in brackets that the answer must have. */
  readonly codes: readonly string[];
  /** `file:line:column` that the answer must have, where a file is to blame. */
  readonly at?: string;
  /** What the answer must say, word by word, beside its codes. */
  readonly says: readonly string[];
}

/** A project of one service `web`, whose image needs nothing, with `lines` below the service's name. */
export function web(...lines: readonly string[]): Files {
  const body = lines.map((line) => `    ${line}\n`).join('');
  return { 'compose.yaml': `services:\n  web:\n    image: node:20\n${body}` };
}

/** A project whose only file is `text`. */
export function compose(text: string): Files {
  return { 'compose.yaml': text };
}
