import type { Diagnostic, Span } from '../../../model/diagnostic.ts';
import type { Dockerfile, Stage, StageBase } from './dockerfile.ts';
import { type Instruction, readInstructions } from './instructions.ts';
import { emptySettings, StageReader } from './stage-reader.ts';
import { expandWord, splitWords } from './words.ts';

export interface DockerfileOptions {
  /** Absolute path, for the spans. */
  readonly file: string;
  /** Values for `ARG`. */
  readonly args: ReadonlyMap<string, string>;
  /** Name or number of the stage to end with. */
  readonly target?: string;
}

/** Reads a Dockerfile: its stages, their steps and settings, with every variable expanded. */
export function readDockerfile(text: string, options: DockerfileOptions): Dockerfile {
  const { instructions, escape } = readInstructions(text, options.file);
  const diagnostics: Diagnostic[] = [];
  const readers: StageReader[] = [];
  const global = new Map<string, string>();
  const expand = (word: string): string =>
    expandWord(word, { valueOf: (name) => global.get(name), escape });
  for (const instruction of instructions) {
    const current = readers.at(-1);
    if (instruction.keyword === 'FROM') {
      readers.push(startStage(instruction, { readers, expand, escape, global, options }));
    } else if (current !== undefined) {
      const problem = current.read(instruction);
      if (problem !== undefined) diagnostics.push(problem);
    } else if (instruction.keyword === 'ARG') {
      for (const word of splitWords(instruction.text, escape)) {
        const [name = '', ...value] = word.split('=');
        const given = options.args.get(name);
        const own = value.length > 0 ? expand(value.join('=')) : undefined;
        if ((given ?? own) !== undefined) global.set(name, given ?? own ?? '');
      }
    } else {
      diagnostics.push(syntax(`${instruction.keyword} before any FROM`, instruction.at));
    }
  }
  const stages = readers.map((reader) => reader.finish());
  const final = finalStage(stages, options, diagnostics);
  return { stages, diagnostics, ...(final !== undefined && { final }) };
}

interface Start {
  readonly readers: readonly StageReader[];
  readonly expand: (word: string) => string;
  readonly escape: string;
  readonly global: ReadonlyMap<string, string>;
  readonly options: DockerfileOptions;
}

function startStage(
  { text, at }: Instruction,
  { readers, expand, escape, global, options }: Start,
): StageReader {
  const [from = '', as, name] = splitWords(text, escape).map(expand);
  const parent = readers.find((reader) => reader.isNamed(from));
  const base: StageBase =
    parent === undefined ? { kind: 'image', image: from } : { kind: 'stage', index: parent.index };
  return new StageReader({
    index: readers.length,
    ...(as?.toUpperCase() === 'AS' && name !== undefined && { name }),
    base,
    at,
    escape,
    global,
    args: options.args,
    earlier: readers,
    inherited: parent?.settings() ?? emptySettings,
    variables: parent?.variables() ?? new Map(),
  });
}

function finalStage(
  stages: readonly Stage[],
  { target, file }: DockerfileOptions,
  diagnostics: Diagnostic[],
): Stage | undefined {
  if (stages.length === 0) {
    diagnostics.push(syntax('no FROM in the Dockerfile', { file, start: 0, end: 0 }));
    return undefined;
  }
  if (target === undefined || target === '') return stages.at(-1);
  const wanted = target.toLowerCase();
  const found = stages.find(
    ({ name, index }) => name?.toLowerCase() === wanted || `${index}` === wanted,
  );
  if (found === undefined) {
    const names = stages.flatMap(({ name }) => (name === undefined ? [] : [name]));
    diagnostics.push({
      code: 'native/stage-missing',
      severity: 'error',
      message: `the Dockerfile has no stage ${target}`,
      help:
        names.length > 0
          ? `Its stages are ${names.join(', ')}: correct build.target.`
          : 'None of its stages has a name: add AS NAME to a FROM line, or remove build.target.',
      at: { file, start: 0, end: 0 },
    });
  }
  return found;
}

/** A line of a Dockerfile that Docker would not read either. */
export function syntax(message: string, at: Span): Diagnostic {
  return { code: 'native/dockerfile-syntax', severity: 'error', message, at };
}
