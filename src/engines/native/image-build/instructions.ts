import { DockerfileParser } from 'dockerfile-ast';

import type { Span } from '../../../model/diagnostic.ts';

/** One instruction of a Dockerfile, its lines joined, its variables as written. */
export interface Instruction {
  /** Upper case, as in `COPY`. */
  readonly keyword: string;
  readonly flags: ReadonlyMap<string, string>;
  /** What follows the flags, without continuations and comments. */
  readonly text: string;
  /** The strings of the exec form; absent for the shell form. */
  readonly strings?: readonly string[];
  readonly heredocs: readonly Heredoc[];
  readonly at: Span;
}

export interface Heredoc {
  /** As in `EOF`. */
  readonly name: string;
  readonly content: string;
  /** The name was quoted: variables stay as they are. */
  readonly literal: boolean;
}

export interface InstructionList {
  readonly instructions: readonly Instruction[];
  /** Character that joins lines. */
  readonly escape: string;
}

/** Finds the instructions of a Dockerfile. */
export function readInstructions(text: string, file: string): InstructionList {
  const parsed = DockerfileParser.parse(text);
  const escape = parsed.getEscapeCharacter();
  const offsetOf = offsets(text);
  const instructions = parsed.getInstructions().map((found): Instruction => {
    const range = found.getRange();
    const start = offsetOf(range.start);
    const end = offsetOf(range.end);
    const whole = text.slice(start, end);
    const rest = whole.slice(found.getInstruction().length);
    return {
      keyword: found.getKeyword(),
      ...readRest(rest, found.getKeyword(), escape),
      at: { file, start, end: start + (whole.split('\n', 1)[0] ?? '').trimEnd().length },
    };
  });
  return { instructions, escape };
}

type Position = { readonly line: number; readonly character: number };

function offsets(text: string): (position: Position) => number {
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  return ({ line, character }) => (starts[line] ?? text.length) + character;
}

const WITH_HEREDOC = new Set(['RUN', 'COPY', 'ADD']);

function readRest(
  rest: string,
  keyword: string,
  escape: string,
): Pick<Instruction, 'flags' | 'text' | 'strings' | 'heredocs'> {
  const { head, heredocs } = WITH_HEREDOC.has(keyword)
    ? takeHeredocs(rest, escape)
    : { head: rest, heredocs: [] };
  const flags = new Map<string, string>();
  let text = joinLines(head, escape).trim();
  for (;;) {
    const flag = /^--([a-z-]+)(?:=("[^"]*"|\S*))?\s*/.exec(text);
    if (flag === null) break;
    flags.set(flag[1] ?? '', (flag[2] ?? 'true').replace(/^"(.*)"$/, '$1'));
    text = text.slice(flag[0].length);
  }
  const strings = jsonStrings(text.replace(/^(CMD)\s+(?=\[)/, ''));
  return { flags, text, heredocs, ...(strings !== undefined && { strings }) };
}

/** Comments and empty lines between continued lines do not count. */
function joinLines(text: string, escape: string): string {
  const lines = text.split(/\r?\n/);
  let joined = '';
  let continued = false;
  for (const line of lines) {
    if (continued && /^\s*(#|$)/.test(line)) continue;
    continued = line.trimEnd().endsWith(escape);
    joined += continued ? line.trimEnd().slice(0, -1) : line;
  }
  return joined;
}

function takeHeredocs(
  rest: string,
  escape: string,
): { readonly head: string; readonly heredocs: readonly Heredoc[] } {
  const lines = rest.split('\n');
  let first = 0;
  while (lines[first]?.trimEnd().endsWith(escape) === true) first++;
  const head = lines.slice(0, first + 1).join('\n');
  const marks = [...head.matchAll(/<<(-?)(["']?)(\w+)\2/g)];
  if (marks.length === 0) return { head: rest, heredocs: [] };
  let at = first + 1;
  const heredocs = marks.map(([, dash, quote, name = '']): Heredoc => {
    const content: string[] = [];
    for (; at < lines.length; at++) {
      const line = (lines[at] ?? '').replace(/\r$/, '').replace(dash === '-' ? /^\t+/ : /^$/, '');
      if (line === name) break;
      content.push(line);
    }
    at++;
    return { name, content: content.map((line) => `${line}\n`).join(''), literal: quote !== '' };
  });
  return { head, heredocs };
}

/** The exec form: a JSON list of strings. What looks like one and is none is shell text, as for Docker. */
function jsonStrings(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}
