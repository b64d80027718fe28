import type { Diagnostic, Span } from '../../../model/diagnostic.ts';
import type { Service } from '../../../model/project.ts';
import type { BuildPlan, PlannedStage } from './build-plan.ts';
import type { Taken } from './context-files.ts';
import type { BuildStep, CopyStep, Stage } from './dockerfile.ts';
import { findInterpreter, type Interpreter, type Machine } from './find-interpreter.ts';
import { judgeInterpreter } from './judge-interpreter.ts';
import { keysOf } from './keys.ts';
import type { LoadedBuild } from './load-build.ts';
import { recognise, type RunPart } from './recognise-command.ts';
import { runtimeOf } from './runtime.ts';
import { splitScript } from './split-script.ts';
import { sourcesOf } from './sources.ts';

export interface PlanResult {
  readonly diagnostics: readonly Diagnostic[];
  /** Facts for the user, one sentence each. */
  readonly notes: readonly string[];
  /** Absent when a diagnostic is an error. */
  readonly plan?: BuildPlan;
}

/** Works out what a build takes. Reads files, changes none but the memory of digests and interpreters. */
export async function planBuild(
  service: Service,
  loaded: LoadedBuild,
  machine: Machine,
): Promise<PlanResult> {
  if (loaded.kind === 'refused') return { diagnostics: loaded.diagnostics, notes: [] };
  const { dockerfile, context } = loaded;
  const { final, stages } = dockerfile;
  if (final === undefined || dockerfile.diagnostics.some(({ severity }) => severity === 'error')) {
    return { diagnostics: dockerfile.diagnostics, notes: [] };
  }
  const needed = neededBy(final, stages);
  const based = await Promise.all(
    needed.map((stage) => baseOf(stage, { stages, machine, service })),
  );
  const sources = needed.map((stage) => sourcesOf(stage, context, service));
  const diagnostics = [
    ...dockerfile.diagnostics,
    ...unique(based.flatMap(({ diagnostic }) => diagnostic ?? [])),
    ...sources.flatMap((each) => each.diagnostics),
  ];
  const runs = needed.map((stage) => stage.steps.map(partsOf));
  const notes = [
    ...new Set(based.flatMap(({ note }) => note ?? [])),
    ...stepNotes(runs.flat(2)),
    ...sources.flatMap((each) => each.notes),
  ];
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics, notes };
  const drafts = needed.map((stage, at) => ({
    stage,
    ...(based[at] ?? { family: 'shell' as const }),
    taken: sources[at]?.taken ?? new Map<CopyStep, readonly Taken[]>(),
    parts: runs[at] ?? [],
  }));
  const plan = await keysOf(drafts, { context, cache: machine.cache });
  return { diagnostics, notes, plan };
}

function neededBy(final: Stage, stages: readonly Stage[]): readonly Stage[] {
  const needed = new Set<number>();
  const visit = (index: number): void => {
    const stage = stages[index];
    if (stage === undefined || needed.has(index)) return;
    needed.add(index);
    if (stage.base.kind === 'stage') visit(stage.base.index);
    for (const step of stage.steps) {
      if (step.kind === 'copy' && step.source.kind === 'stage') visit(step.source.index);
    }
  };
  visit(final.index);
  return stages.filter(({ index }) => needed.has(index));
}

interface Base {
  readonly family: PlannedStage['family'];
  readonly interpreter?: Interpreter;
  readonly diagnostic?: Diagnostic;
  readonly note?: string;
}

interface BaseOptions {
  readonly stages: readonly Stage[];
  readonly machine: Machine;
  readonly service: Service;
}

async function baseOf(stage: Stage, { stages, machine, service }: BaseOptions): Promise<Base> {
  const { base } = stage;
  const below = base.kind === 'stage' ? stages[base.index] : undefined;
  if (below !== undefined) return baseOf(below, { stages, machine, service });
  const image = base.kind === 'image' ? base.image : '';
  return baseImage(image, { machine, at: stage.at, service: service.name });
}

/** What stands in for an image on this machine. */
export async function baseImage(
  image: string,
  {
    machine,
    at,
    service,
  }: { readonly machine: Machine; readonly at: Span; readonly service: string },
): Promise<Base> {
  const runtime = runtimeOf(image);
  if (runtime.kind === 'refused') {
    const { why, help } = runtime;
    const diagnostic: Diagnostic = {
      code: 'native/no-such-image',
      severity: 'error',
      message: `service ${service}: ${why}`,
      help,
      at,
    };
    return { family: 'shell', diagnostic };
  }
  if (runtime.family === 'shell') return { family: 'shell' };
  const interpreter = await findInterpreter(runtime, machine);
  return {
    family: runtime.family,
    ...(interpreter !== undefined && { interpreter }),
    ...judgeInterpreter(runtime, interpreter, at),
  };
}

function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [JSON.stringify(each), each])).values()];
}

function partsOf(step: BuildStep): readonly RunPart[] {
  if (step.kind !== 'run') return [];
  const { argv, script = '' } = step;
  const [shell = '', flag, text] = argv ?? [];
  if (/(^|\/)(ba|da|z)?sh$/.test(shell) && /^-\w*c$/.test(flag ?? '') && text !== undefined) {
    return splitScript(text).map(recognise);
  }
  return splitScript(argv === undefined ? script : argv.map(quoted).join(' ')).map(recognise);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function stepNotes(parts: readonly RunPart[]): readonly string[] {
  const packages = new Set(parts.flatMap((part) => (part.kind === 'packages' ? part.names : [])));
  const unknown = new Set(
    parts.flatMap((part) => (part.kind === 'unknown' ? [shortened(part.text)] : [])),
  );
  return [
    ...(packages.size === 0
      ? []
      : [`the image installs ${[...packages].join(', ')}: this machine has to have them`]),
    ...[...unknown].map((text) => `not run, for what it would change here is unknown: RUN ${text}`),
  ];
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
