import type { Span } from '../../../model/diagnostic.ts';
import { expandVariables } from './expand-variables.ts';
import { splitDockerfile, type WrittenInstruction } from './split-dockerfile.ts';

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
  const globals = new Map<string, string>();
  const stages: { base: string; name?: string; at: Span; instructions: DockerInstruction[] }[] = [];
  for (const written of splitDockerfile(text)) {
    const instruction = toInstruction(written, file);
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
  { keyword, text, heredocs, start, end }: WrittenInstruction,
  file: string,
): DockerInstruction {
  const hasFlags = HAS_FLAGS.has(keyword);
  return {
    keyword,
    flags: hasFlags ? flagsOf(text) : new Map(),
    text: hasFlags ? withoutFlags(text) : text,
    heredocs,
    at: { file, start, end },
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
