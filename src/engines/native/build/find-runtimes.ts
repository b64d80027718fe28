import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import type { Preflight } from '../../../engine/engine.ts';
import type { Diagnostic, Span } from '../../../model/diagnostic.ts';
import type { Service } from '../../../model/project.ts';
import { compareVersions, findInterpreter, type Interpreter } from './find-interpreter.ts';
import { type BuildPlan, stageNamed } from './plan-build.ts';
import type { ReadDockerfile } from './read-dockerfile.ts';
import { type Runtime, runtimeOf } from './runtime.ts';

export interface BuildMachine {
  /** Folder of bowline's cache. */
  readonly cache: string;
  /** `PATH` of the user. */
  readonly path: string | undefined;
  readonly node: string;
  /** Container paths are exact here. */
  readonly namespaced: boolean;
}

export interface FoundRuntimes {
  readonly keys: ReadonlyMap<string, string>;
  readonly folders: readonly string[];
  readonly python?: string;
  diagnosticsOf(plan: BuildPlan): readonly Diagnostic[];
  notesOf(plan: BuildPlan): Preflight['notes'];
}

/** Finds for every base image of a Dockerfile what stands in for it here. */
export async function findRuntimes(
  { stages }: ReadDockerfile,
  {
    service,
    machine,
    signal,
  }: { readonly service: Service; readonly machine: BuildMachine; readonly signal: AbortSignal },
): Promise<FoundRuntimes> {
  const keys = new Map<string, string>();
  const diagnostics = new Map<number, Diagnostic>();
  const notes = new Map<number, string>();
  const folders = new Set<string>();
  let python: string | undefined;
  for (const [index, stage] of stages.entries()) {
    if (stageNamed(stages, stage.base, index) !== undefined) continue;
    const runtime = runtimeOf(stage.base);
    const found = await provideRuntime(runtime, {
      service,
      at: stage.at,
      machine,
      signal,
      image: stage.base,
    });
    if (found.diagnostic !== undefined) diagnostics.set(index, found.diagnostic);
    if (found.note !== undefined) notes.set(index, found.note);
    for (const folder of found.folders) folders.add(folder);
    python ??= found.python;
    keys.set(stage.base, `${runtime.kind} ${found.version ?? ''}`);
  }
  return {
    keys,
    folders: [...folders],
    ...(python !== undefined && { python }),
    diagnosticsOf: (plan) =>
      [...plan.stages.keys()].flatMap((index) => diagnostics.get(index) ?? []),
    notesOf: (plan) =>
      [...plan.stages.keys()].flatMap((index) => {
        const text = notes.get(index);
        return text === undefined ? [] : [{ service: service.name, text }];
      }),
  };
}

export interface ProvidedRuntime {
  readonly diagnostic?: Diagnostic;
  readonly note?: string;
  readonly folders: readonly string[];
  readonly python?: string;
  readonly version?: string;
}

/** What of this machine stands in for an image's interpreter, or why nothing can. */
// oxlint-disable-next-line max-lines-per-function -- each way in which it can fail has its own words
export async function provideRuntime(
  runtime: Runtime,
  {
    service,
    at,
    image,
    machine,
    signal,
  }: {
    readonly service: Service;
    readonly at: Span;
    readonly image: string;
    readonly machine: BuildMachine;
    readonly signal: AbortSignal;
  },
): Promise<ProvidedRuntime> {
  if (runtime.kind === 'system') return { folders: [] };
  const refuse = (code: Diagnostic['code'], message: string, help: string): ProvidedRuntime => ({
    folders: [],
    diagnostic: {
      code,
      severity: 'error',
      message: `service ${service.name}: ${message}`,
      help,
      at,
    },
  });
  if (runtime.kind === 'refused') return refuse('native/no-such-image', runtime.why, runtime.help);
  const interpreter = await findInterpreter(runtime, { ...machine, signal });
  const wanted = `${runtime.family}${runtime.version === undefined ? '' : ` ${runtime.version}`}`;
  if (interpreter === undefined) {
    return refuse(
      'native/interpreter-missing',
      `${image} needs ${wanted}, and there is no ${runtime.family} in PATH`,
      `Install ${wanted}, or run the project with --engine docker.`,
    );
  }
  const order = compareVersions(runtime, interpreter.version);
  if (order === 'older') {
    return refuse(
      'native/interpreter-too-old',
      `${image} needs ${wanted}, and ${interpreter.program} is ${interpreter.version}`,
      `Install ${wanted} or a later version, or run the project with --engine docker.`,
    );
  }
  return {
    folders: foldersOf(runtime.family, interpreter, machine),
    version: interpreter.version,
    ...(runtime.family === 'python' && { python: interpreter.program }),
    ...(order === 'newer' && {
      note: `${image} is run by ${runtime.family} ${interpreter.version} of this machine`,
    }),
  };
}

/** A Python image has `python`, where a machine often only has `python3`. */
function foldersOf(
  family: string,
  { program, folder, version }: Interpreter,
  { cache }: BuildMachine,
): readonly string[] {
  if (family !== 'python') return [folder];
  const aliases = join(
    cache,
    'tools',
    `python-${version}-${createHash('sha256').update(program).digest('hex').slice(0, 16)}`,
  );
  mkdirSync(aliases, { recursive: true });
  for (const name of ['python', 'python3']) {
    if (!existsSync(join(aliases, name))) symlinkSync(program, join(aliases, name));
  }
  return [aliases];
}
