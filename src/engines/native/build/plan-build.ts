/* oxlint-disable max-lines -- one pass over the instructions, and what each of them means for the key */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import type { Span } from '../../../model/diagnostic.ts';
import type { Healthcheck } from '../../../model/healthcheck.ts';
import type { ContextFiles } from '../../../host/context-files.ts';
import { expandVariables } from './expand-variables.ts';
import { readHealthcheck } from './read-healthcheck.ts';
import {
  type DockerInstruction,
  type DockerStage,
  jsonWords,
  type ReadDockerfile,
  splitWords,
} from './read-dockerfile.ts';
import { type RunPart, splitRun } from './split-run.ts';

/** One thing to do while an image is made. `key` changes with everything that its result depends on. */
export type BuildStep =
  | { readonly kind: 'folder'; readonly path: string; readonly key: string }
  | {
      readonly kind: 'copy';
      readonly sources: readonly string[];
      /** Sources that the context does not have, or that `.dockerignore` leaves out; a pattern may match nothing. */
      readonly missing?: readonly string[];
      /** Sources in an image or at an address: they are not copied. */
      readonly elsewhere?: readonly string[];
      /** Stage that the sources are in; absent: the context. */
      readonly from?: number;
      readonly target: string;
      readonly mode?: number;
      readonly heredocs: readonly string[];
      readonly key: string;
      readonly at: Span;
    }
  | {
      readonly kind: 'run';
      readonly parts: readonly RunPart[];
      readonly cwd: string;
      readonly environment: ReadonlyMap<string, string>;
      readonly key: string;
      readonly at: Span;
    };

/** What an image says of how it is to be run. */
interface ImageSettings {
  readonly environment: ReadonlyMap<string, string>;
  readonly workingDir: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly exposed: readonly number[];
  readonly stopSignal?: string;
  readonly healthcheck?: Healthcheck;
}

export interface PlannedStage {
  /** The stage that it goes on from; absent: an image of its own. */
  readonly parent?: number;
  /** As written, variables expanded. */
  readonly base: string;
  readonly steps: readonly BuildStep[];
  readonly settings: ImageSettings;
  readonly key: string;
}

/** The stages that the target needs, by their place in the file. */
export interface BuildPlan {
  readonly stages: ReadonlyMap<number, PlannedStage>;
  readonly target: number;
  /** Of the target: the image. */
  readonly digest: string;
}

export interface PlanBuildOptions {
  readonly context: ContextFiles;
  readonly args: ReadonlyMap<string, string>;
  readonly target?: string;
  /** Says what stands in for a base image, version included; part of every key. */
  readonly runtimeKey: (image: string) => string;
}

/** Works out what is to be done for the target stage, reading the context only as far as `COPY` does. Undefined: no such stage. */
export function planBuild(
  dockerfile: ReadDockerfile,
  options: PlanBuildOptions,
): BuildPlan | undefined {
  const target = targetOf(dockerfile.stages, options.target);
  if (target === undefined) return undefined;
  const stages = new Map<number, PlannedStage>();
  const plan = (index: number): PlannedStage => {
    const known = stages.get(index);
    if (known !== undefined) return known;
    const stage = dockerfile.stages[index];
    if (stage === undefined) throw new Error(`there is no stage ${index}`);
    const planned = planStage(stage, index, { ...options, dockerfile, plan });
    stages.set(index, planned);
    return planned;
  };
  const { key } = plan(target);
  return { stages, target, digest: key };
}

function targetOf(stages: readonly DockerStage[], name: string | undefined): number | undefined {
  if (name === undefined || name === '') return stages.length === 0 ? undefined : stages.length - 1;
  const index = stages.findIndex(
    (stage, place) => stage.name === name.toLowerCase() || String(place) === name,
  );
  return index === -1 ? undefined : index;
}

/** Place of a stage named before `before`; undefined when it is an image. */
export function stageNamed(
  stages: readonly DockerStage[],
  name: string,
  before: number,
): number | undefined {
  const index = stages
    .slice(0, before)
    .findLastIndex((stage, place) => stage.name === name.toLowerCase() || String(place) === name);
  return index === -1 ? undefined : index;
}

interface StageContext extends PlanBuildOptions {
  readonly dockerfile: ReadDockerfile;
  readonly plan: (index: number) => PlannedStage;
}

interface Progress {
  key: string;
  readonly steps: BuildStep[];
  readonly environment: Map<string, string>;
  readonly args: Map<string, string>;
  settings: Omit<ImageSettings, 'environment'>;
}

function planStage(stage: DockerStage, index: number, context: StageContext): PlannedStage {
  const { dockerfile, plan, runtimeKey } = context;
  const parent = stageNamed(dockerfile.stages, stage.base, index);
  const before = parent === undefined ? undefined : plan(parent);
  const progress: Progress = {
    key: hash(before?.key ?? '', before === undefined ? runtimeKey(stage.base) : ''),
    steps: [],
    environment: new Map(before?.settings.environment),
    args: new Map(),
    settings: before?.settings ?? { workingDir: '/', exposed: [] },
  };
  for (const instruction of stage.instructions) apply(progress, instruction, { ...context, index });
  return {
    base: stage.base,
    ...(parent !== undefined && { parent }),
    steps: progress.steps,
    settings: { ...progress.settings, environment: progress.environment },
    key: progress.key,
  };
}

// oxlint-disable-next-line max-lines-per-function -- a table of instructions reads better as one
function apply(
  progress: Progress,
  instruction: DockerInstruction,
  context: StageContext & { readonly index: number },
): void {
  const variables = new Map([...progress.args, ...progress.environment]);
  const expanded = expandVariables(instruction.text, variables);
  const { settings } = progress;
  switch (instruction.keyword) {
    case 'ENV':
      for (const [name, value] of pairsOf(instruction.text))
        progress.environment.set(name, expandVariables(value, variables));
      break;
    case 'ARG':
      addArgs(progress.args, instruction.text, { ...context, variables });
      break;
    case 'WORKDIR': {
      const workingDir = posix.resolve(settings.workingDir, expanded);
      progress.settings = { ...settings, workingDir };
      progress.key = hash(progress.key, 'WORKDIR', workingDir);
      progress.steps.push({ kind: 'folder', path: workingDir, key: progress.key });
      return;
    }
    case 'COPY':
    case 'ADD':
      return planCopy(progress, instruction, { ...context, expanded });
    case 'RUN':
      return planRun(progress, instruction, variables);
    case 'CMD':
      progress.settings = { ...settings, command: wordsOf(instruction.text) };
      break;
    case 'ENTRYPOINT':
      // An entrypoint of its own drops the command that came with the base.
      progress.settings = { ...settings, entrypoint: wordsOf(instruction.text) };
      break;
    case 'USER':
      progress.settings = { ...settings, user: expanded };
      break;
    case 'EXPOSE':
      progress.settings = {
        ...settings,
        exposed: [
          ...settings.exposed,
          ...splitWords(expanded)
            .map((word) => Number.parseInt(word, 10))
            .filter((port) => port > 0),
        ],
      };
      break;
    case 'STOPSIGNAL':
      progress.settings = { ...settings, stopSignal: expanded };
      break;
    case 'HEALTHCHECK': {
      const { healthcheck: _, ...rest } = settings;
      const healthcheck = readHealthcheck(instruction);
      progress.settings = healthcheck === undefined ? rest : { ...rest, healthcheck };
      break;
    }
    default:
      return;
  }
  progress.key = hash(progress.key, instruction.keyword, expanded);
}

function planRun(
  progress: Progress,
  { text, heredocs, at }: DockerInstruction,
  variables: ReadonlyMap<string, string>,
): void {
  const words = jsonWords(text);
  const line =
    words === undefined
      ? heredocs.length > 0 && /^<<-?\s*["']?\w+["']?$/.test(text)
        ? heredocs.join('\n')
        : text
      : words.map(quoted).join(' ');
  const parts = splitRun(line);
  const carriedOut = parts.filter(({ kind }) => kind !== 'skip' && kind !== 'unknown');
  if (carriedOut.length === 0) {
    progress.steps.push({
      kind: 'run',
      parts,
      cwd: progress.settings.workingDir,
      environment: variables,
      key: progress.key,
      at,
    });
    return;
  }
  progress.key = hash(
    progress.key,
    'RUN',
    ...carriedOut.map((part) => part.text),
    ...[...variables].map(([name, value]) => `${name}=${value}`),
  );
  progress.steps.push({
    kind: 'run',
    parts,
    cwd: progress.settings.workingDir,
    environment: variables,
    key: progress.key,
    at,
  });
}

function planCopy(
  progress: Progress,
  { flags, heredocs, at, text }: DockerInstruction,
  {
    dockerfile,
    plan,
    context,
    index,
    expanded,
  }: StageContext & { readonly index: number; readonly expanded: string },
): void {
  const words = jsonWords(expanded) ?? splitWords(expanded);
  const target = words.at(-1) ?? '.';
  const fromName = flags.get('from');
  const from = fromName === undefined ? undefined : stageNamed(dockerfile.stages, fromName, index);
  const named = words.slice(0, -1).filter((word) => !word.startsWith('<<'));
  const isElsewhere = (source: string): boolean =>
    from === undefined && (fromName !== undefined || /^(https?:|git@|ssh:)/.test(source));
  const sources = named.filter((source) => !isElsewhere(source));
  const elsewhere = named.filter(isElsewhere);
  const missing =
    from === undefined
      ? sources.filter((source) => !/[*?[]/.test(source) && context.match(source).length === 0)
      : [];
  const content =
    from !== undefined
      ? [plan(from).key]
      : sources.flatMap((source) =>
          context.match(source).map((entry) => `${entry.path} ${context.digest(entry)}`),
        );
  const mode = Number.parseInt(flags.get('chmod') ?? '', 8);
  progress.key = hash(progress.key, 'COPY', text, String(mode), ...heredocs, ...content);
  progress.steps.push({
    kind: 'copy',
    sources,
    // A folder's own slash at the end says that it is one.
    target:
      posix.resolve('/', progress.settings.workingDir, target) +
      (/\/\.?$|^\.$/.test(target) ? '/' : ''),
    ...(missing.length > 0 && { missing }),
    ...(elsewhere.length > 0 && { elsewhere }),
    ...(from !== undefined && { from }),
    ...(Number.isNaN(mode) ? {} : { mode }),
    heredocs,
    key: progress.key,
    at,
  });
}

function addArgs(
  args: Map<string, string>,
  text: string,
  {
    dockerfile,
    args: given,
    variables,
  }: StageContext & { readonly variables: ReadonlyMap<string, string> },
): void {
  for (const word of splitWords(text)) {
    const [name = '', ...rest] = word.split('=');
    const value =
      given.get(name) ??
      (rest.length > 0 ? expandVariables(rest.join('='), variables) : dockerfile.globals.get(name));
    if (value !== undefined) args.set(name, value);
  }
}

/** `ENV a=1 b="2 3"`, and the old `ENV a 1 2`. */
function pairsOf(text: string): readonly (readonly [string, string])[] {
  if (!/^\S+?=/.test(text)) {
    const [, name = '', value = ''] = /^(\S+)\s+(.*)$/.exec(text) ?? [];
    return name === '' ? [] : [[name, value]];
  }
  return splitWords(text).map((word) => {
    const split = word.indexOf('=');
    return [word.slice(0, split), word.slice(split + 1)] as const;
  });
}

function wordsOf(text: string): readonly string[] {
  return jsonWords(text) ?? ['/bin/sh', '-c', text];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
}
