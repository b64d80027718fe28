import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import { type FileStamp, stampFiles } from '../../../host/tree-digest.ts';
import type { Context, Taken } from './context-files.ts';
import type { BuildStep, CopyStep, Stage } from './dockerfile.ts';
import type { Interpreter } from './find-interpreter.ts';
import type { BuildPlan, PlannedStage, PlannedStep } from './build-plan.ts';
import type { RunPart } from './recognise-command.ts';

/** Changes whenever images are made in another way. */
const FORM = 'bowline image 1';

export interface StageDraft {
  readonly stage: Stage;
  readonly family: PlannedStage['family'];
  readonly interpreter?: Interpreter;
  readonly taken: ReadonlyMap<CopyStep, readonly Taken[]>;
  /** Of each step; empty where it is no `RUN`. */
  readonly parts: readonly (readonly RunPart[])[];
}

/**
 * Names the files after each step by everything that they come of: the step before, the command and its variables, the
 * contents that are copied, the interpreter's version.
 */
export async function keysOf(
  drafts: readonly StageDraft[],
  { context, cache }: { readonly context: Context; readonly cache: string },
): Promise<BuildPlan> {
  const stamps = await stampsOf(drafts, context, cache);
  const made = new Map<number, PlannedStage>();
  for (const draft of drafts) made.set(draft.stage.index, planned(draft, made, stamps));
  const stages = [...made.values()];
  const final = stages.at(-1);
  if (final === undefined) throw new Error('a build has a final stage');
  const venvKey = venvKeyOf(stages);
  const settings = JSON.stringify(final.stage.settings, (_, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  return {
    stages,
    final,
    digest: digestOf([FORM, final.key, settings, venvKey ?? '']),
    ...(venvKey !== undefined && { venvKey }),
    context,
  };
}

function planned(
  { stage, family, interpreter, taken, parts }: StageDraft,
  made: ReadonlyMap<number, PlannedStage>,
  stamps: ReadonlyMap<string, FileStamp>,
): PlannedStage {
  const below = stage.base.kind === 'stage' ? made.get(stage.base.index)?.key : undefined;
  const who = [family, interpreter?.program ?? '', interpreter?.version ?? ''];
  const baseKey = below ?? digestOf([FORM, ...who]);
  const steps: PlannedStep[] = [];
  let key = baseKey;
  for (const [at, step] of stage.steps.entries()) {
    const files = step.kind === 'copy' ? (taken.get(step) ?? []) : [];
    const from = step.kind === 'copy' && step.source.kind === 'stage' ? step.source.index : -1;
    const contents = files.flatMap((each) => contentsOf(each, stamps));
    key = digestOf([key, textOf(step), made.get(from)?.key ?? '', ...contents]);
    if (step.kind === 'run') steps.push({ kind: 'run', step, parts: parts[at] ?? [], key });
    else if (step.kind === 'copy') steps.push({ kind: 'copy', step, taken: files, key });
    else steps.push({ kind: 'workdir', step, key });
  }
  return { stage, family, ...(interpreter !== undefined && { interpreter }), steps, baseKey, key };
}

/** A step without its place in the file: a comment above it changes nothing. */
function textOf(step: BuildStep): string {
  return JSON.stringify({ ...step, at: undefined }, (_, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
}

function contentsOf(
  { path, entries }: Taken,
  stamps: ReadonlyMap<string, FileStamp>,
): readonly string[] {
  return entries.map((entry) => {
    const content = stamps.get(join(path, entry.path))?.digest ?? entry.link ?? '';
    return `${entry.kind} ${entry.mode.toString(8)} ${content} ${entry.path}`;
  });
}

/** What fills the virtual environment is only known as a whole: every such step, and all before it. */
function venvKeyOf(stages: readonly PlannedStage[]): string | undefined {
  if (!stages.some(({ family }) => family === 'python')) return undefined;
  const filling = stages.map(({ steps, baseKey }) => {
    const last = steps.findLast((each) => each.kind === 'run' && each.parts.some(isInstall));
    return last?.key ?? baseKey;
  });
  return digestOf([FORM, ...filling]);
}

function isInstall(part: RunPart): boolean {
  return part.kind === 'tool' && part.installs;
}

function digestOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest('hex').slice(0, 32);
}

async function stampsOf(
  drafts: readonly StageDraft[],
  { folder }: Context,
  cache: string,
): Promise<ReadonlyMap<string, FileStamp>> {
  const all = drafts.flatMap(({ taken }) => [...taken.values()].flat());
  const paths = all.flatMap(({ path, entries }) =>
    entries.flatMap((entry) => (entry.kind === 'file' ? [join(path, entry.path)] : [])),
  );
  const memory = join(cache, 'builds', digestOf([folder]), 'index.json');
  const known = await readMemory(memory);
  const stamps = await stampFiles([...new Set(paths)], known);
  if ([...stamps].some(([path, stamp]) => known.get(path) !== stamp)) {
    await writeFileAtomically(memory, JSON.stringify(Object.fromEntries([...known, ...stamps])));
  }
  return stamps;
}

async function readMemory(path: string): Promise<ReadonlyMap<string, FileStamp>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(
      Object.entries(value).filter((entry): entry is [string, FileStamp] => isStamp(entry[1])),
    );
  } catch {
    // Unreadable: every content is read again.
    return new Map();
  }
}

function isStamp(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'digest' in value &&
    typeof value.digest === 'string' &&
    /^[0-9a-f]{64}$/.test(value.digest)
  );
}
