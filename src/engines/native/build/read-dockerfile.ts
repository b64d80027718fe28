import { DockerfileParser, type Instruction, ModifiableInstruction } from 'dockerfile-ast';

import type { Span } from '../../../model/diagnostic.ts';
import { expandVariables } from './expand-variables.ts';

/** One instruction of a Dockerfile, with its flags and its text in one line. */
export interface DockerInstruction {
  /** In capitals, as in `COPY`. */
  readonly keyword: string;
  /** As in `from` → `build`; a flag without a value has an empty one. */
  readonly flags: ReadonlyMap<string, string>;
  /** Without flags; continued lines are joined. Bodies of here-documents are in `heredocs`. */
  readonly text: string;
  readonly heredocs: readonly string[];
  readonly at: Span;
}

/** A stage as it is written: `FROM base AS name` and what follows it. */
export interface DockerStage {
  readonly base: string;
  readonly name?: string;
  readonly at: Span;
  readonly instructions: readonly DockerInstruction[];
}

export interface ReadDockerfile {
  /** `ARG` before the first `FROM`, with what the build was given. */
  readonly globals: ReadonlyMap<string, string>;
  readonly stages: readonly DockerStage[];
}

export interface DockerfileOptions {
  /** Absolute path, for places. */
  readonly file: string;
  /** `build.args`. */
  readonly args: ReadonlyMap<string, string>;
}

/**
 * Splits a Dockerfile into stages. Text that is no instruction is left out; a file without `FROM` has no stage.
 *
 * @see https://docs.docker.com/reference/dockerfile/
 */
export function readDockerfile(text: string, { file, args }: DockerfileOptions): ReadDockerfile {
  const offsets = lineOffsets(text);
  const globals = new Map<string, string>();
  const stages: { base: string; name?: string; at: Span; instructions: DockerInstruction[] }[] = [];
  for (const parsed of DockerfileParser.parse(text).getInstructions()) {
    const instruction = toInstruction(parsed, { file, offsets });
    const current = stages.at(-1);
    if (instruction.keyword === 'FROM') stages.push(stageOf(instruction, globals));
    else if (current !== undefined) current.instructions.push(instruction);
    else if (instruction.keyword === 'ARG') addGlobals(globals, { instruction, args });
  }
  return { globals, stages };
}

function stageOf({ text, at }: DockerInstruction, globals: ReadonlyMap<string, string>) {
  const [image = '', as, name] = text.split(/\s+/);
  const base = expandVariables(image, globals);
  const named =
    as?.toLowerCase() === 'as' && name !== undefined ? { name: name.toLowerCase() } : {};
  return { base, ...named, at, instructions: [] };
}

function addGlobals(
  globals: Map<string, string>,
  {
    instruction,
    args,
  }: { readonly instruction: DockerInstruction; readonly args: ReadonlyMap<string, string> },
): void {
  for (const word of splitWords(instruction.text)) {
    const [name = '', ...rest] = word.split('=');
    const value =
      args.get(name) ?? (rest.length > 0 ? expandVariables(rest.join('='), globals) : undefined);
    if (value !== undefined) globals.set(name, value);
  }
}

function toInstruction(
  parsed: Instruction,
  { file, offsets }: { readonly file: string; readonly offsets: readonly number[] },
): DockerInstruction {
  const keyword = parsed.getKeyword();
  const { start, end } = parsed.getRange();
  const at = {
    file,
    start: (offsets[start.line] ?? 0) + start.character,
    end: (offsets[end.line] ?? 0) + end.character,
  };
  const raw = parsed.getRawArgumentsContent() ?? '';
  const { head, bodies } = splitHeredocs(raw);
  const text = fold(head);
  // The library takes the flags of some instructions off, and leaves those of others.
  const taken =
    parsed instanceof ModifiableInstruction
      ? parsed.getFlags().map((flag) => [flag.getName(), flag.getValue() ?? ''] as const)
      : [];
  const flags = new Map([...taken, ...(HAS_FLAGS.has(keyword) ? flagsOf(text) : [])]);
  return {
    keyword,
    flags,
    text: HAS_FLAGS.has(keyword) ? withoutFlags(text) : text,
    heredocs: bodies,
    at,
  };
}

const HAS_FLAGS = new Set(['FROM', 'RUN', 'COPY', 'ADD', 'HEALTHCHECK']);
const FLAG = /^--([a-z-]+)(?:=(\S*))?\s*/;

function flagsOf(text: string): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (let rest = text; ;) {
    const [whole, name, value = ''] = FLAG.exec(rest) ?? [];
    if (whole === undefined || name === undefined) return flags;
    flags.set(name, value);
    rest = rest.slice(whole.length);
  }
}

function withoutFlags(text: string): string {
  let rest = text;
  for (let found = FLAG.exec(rest); found !== null; found = FLAG.exec(rest))
    rest = rest.slice(found[0].length);
  return rest;
}

/** Lines that a backslash continues are one; comments and empty lines among them are none. */
function fold(text: string): string {
  return text
    .split('\n')
    .filter((line, index) => index === 0 || !/^\s*(#|$)/.test(line))
    .map((line) => line.replace(/\r$/, '').replace(/[\\`]\s*$/, ' '))
    .join(' ')
    .replaceAll(/[ \t]{2,}/g, ' ')
    .trim();
}

/** `<<EOF … EOF`, one body for each. */
function splitHeredocs(text: string): {
  readonly head: string;
  readonly bodies: readonly string[];
} {
  const names = [...(text.split('\n')[0] ?? '').matchAll(/<<-?\s*(["']?)(\w+)\1/g)].map(
    ([, , name = '']) => name,
  );
  if (names.length === 0) return { head: text, bodies: [] };
  const [head = '', ...lines] = text.split('\n');
  const bodies: string[] = [];
  for (const name of names) {
    const end = lines.findIndex((line) => line.trim() === name);
    const body = lines.splice(0, end === -1 ? lines.length : end + 1);
    bodies.push(body.slice(0, end === -1 ? undefined : -1).join('\n'));
  }
  return { head, bodies };
}

function lineOffsets(text: string): readonly number[] {
  const offsets = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
    offsets.push(at + 1);
  return offsets;
}

/** Words of an instruction; quotes keep blanks together and go. */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:[^\s"']|"(?:[^"\\]|\\.)*"|'[^']*')+/g)) {
    words.push(
      word.replaceAll(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
        (_, double?: string, single?: string) =>
          double?.replaceAll(/\\(["\\$])/g, '$1') ?? single ?? '',
      ),
    );
  }
  return words;
}

/** `["a", "b"]`; undefined for the shell form. */
export function jsonWords(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((each) => typeof each === 'string')
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}
