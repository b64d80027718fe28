import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

import { allClear } from '../provider.ts';
import type { Preflight } from '../../../engine/engine.ts';
import type { Diagnostic, Span } from '../../../model/diagnostic.ts';
import type { Build, Service } from '../../../model/project.ts';
import type { NativeImage } from '../image.ts';
import { type ContextFiles, openContext } from './context-files.ts';
import { compareVersions, findInterpreter, type Interpreter } from './find-interpreter.ts';
import {
  imageFolder,
  isMade,
  makeImage,
  type MakeImageOptions,
  readIndex,
  VENV,
} from './make-image.ts';
import { type BuildPlan, planBuild, stageNamed } from './plan-build.ts';
import { type DockerStage, readDockerfile, type ReadDockerfile } from './read-dockerfile.ts';
import { type Runtime, runtimeOf } from './runtime.ts';
import { systemPackages } from './split-run.ts';

export interface BuildMachine {
  /** Folder of bowline's cache. */
  readonly cache: string;
  /** `PATH` of the user. */
  readonly path: string | undefined;
  readonly node: string;
  /** Container paths are exact here. */
  readonly namespaced: boolean;
}

/** A service's build, looked at and not carried out. */
export interface PlannedService {
  readonly check: Preflight;
  /** Absent when the check has an error. */
  readonly plan?: BuildPlan;
  readonly context?: ContextFiles;
  readonly programFolders: readonly string[];
  readonly python?: string;
}

/** Reads the Dockerfile and as much of the context as it copies; finds everything that stands in the way. Changes nothing but the cache's index. */
export async function planService(
  service: Service,
  build: Build,
  { machine, signal }: { readonly machine: BuildMachine; readonly signal: AbortSignal },
): Promise<PlannedService> {
  const failed = (diagnostics: readonly Diagnostic[]): PlannedService => ({
    check: { ...allClear, diagnostics },
    programFolders: [],
  });
  const missing = missingContext(service, build);
  if (missing !== undefined) return failed([missing]);
  const file = isAbsolute(build.dockerfile)
    ? build.dockerfile
    : join(build.context, build.dockerfile);
  const text = build.dockerfileInline ?? (await readFile(file, 'utf8').catch(() => undefined));
  if (text === undefined) return failed([missingDockerfile(service, build, file)]);
  const dockerfile = readDockerfile(text, { file, args: build.args });
  const found = await findRuntimes(dockerfile, { service, machine, signal });
  const indexFile = join(machine.cache, 'builds/index', `${hash(build.context, file)}.json`);
  const context = openContext(build.context, { dockerfile: file, known: readIndex(indexFile) });
  const plan = planBuild(dockerfile, {
    context,
    args: build.args,
    ...(build.target !== undefined && { target: build.target }),
    runtimeKey: (image) =>
      `${found.keys.get(image) ?? image} ${machine.namespaced ? 'namespace' : 'plain'}`,
  });
  if (plan === undefined) return failed([missingStage(service, build, dockerfile)]);
  await keepIndex(indexFile, context);
  const used = found.diagnosticsOf(plan);
  return {
    check: {
      diagnostics: [...used, ...commandMissing(service, plan)],
      findings: [],
      notes: [...found.notesOf(plan), ...stepNotes(service, dockerfile, plan)],
    },
    ...(used.every(({ severity }) => severity !== 'error') && { plan, context }),
    programFolders: found.folders,
    ...(found.python !== undefined && { python: found.python }),
  };
}

async function keepIndex(file: string, context: ContextFiles): Promise<void> {
  const text = JSON.stringify(context.index());
  const before = await readFile(file, 'utf8').catch(() => '');
  if (before === text) return;
  mkdirSync(join(file, '..'), { recursive: true });
  // Only saves reading; lost or half-written, the files are read again.
  await writeFile(file, text).catch(() => {});
}

/** The image of a planned build; made if it is not there, or when `force` asks for it. */
export async function provideImage(
  { plan, context, programFolders, python }: PlannedService,
  options: Omit<MakeImageOptions, 'context' | 'programFolders' | 'python'>,
): Promise<{ readonly image: NativeImage; readonly changed: boolean }> {
  if (plan === undefined || context === undefined)
    throw new Error('preflight has refused this build');
  const { store, force } = options;
  const changed = force || !isMade(store, plan.digest);
  if (changed) {
    await makeImage(plan, {
      ...options,
      context,
      programFolders,
      ...(python !== undefined && { python }),
    });
    await forgetOld(store, options.service, plan.digest);
  }
  return { image: imageOf(plan, store, programFolders), changed };
}

export function artifactOf(
  { plan }: PlannedService,
  store: string,
): { readonly digest: string; readonly ready: boolean } | undefined {
  return plan === undefined
    ? undefined
    : { digest: plan.digest, ready: isMade(store, plan.digest) };
}

function imageOf(plan: BuildPlan, store: string, programFolders: readonly string[]): NativeImage {
  const settings = plan.stages.get(plan.target)?.settings;
  if (settings === undefined) throw new Error('a plan has its target');
  const root = join(imageFolder(store, plan.digest), 'root');
  const hasVenv = existsSync(join(root, VENV, 'bin'));
  const { environment } = settings;
  return {
    ...settings,
    environment: hasVenv ? new Map([...environment, ['VIRTUAL_ENV', VENV]]) : environment,
    root,
    paths: readdirSync(root).map((name) => `/${name}`),
    programFolders: [...(hasVenv ? [join(VENV, 'bin')] : []), ...programFolders],
    digest: plan.digest,
  };
}

const KEPT_IMAGES = 3;

/** Keeps the last images of a service; a list beside them says which they are. */
async function forgetOld(store: string, service: string, digest: string): Promise<void> {
  const file = join(store, 'images', `${hash(service)}.json`);
  const before = JSON.parse(await readFile(file, 'utf8').catch(() => '[]')) as readonly string[];
  const all = [digest, ...before.filter((each) => each !== digest)];
  await writeFile(file, JSON.stringify(all.slice(0, KEPT_IMAGES)));
  for (const old of all.slice(KEPT_IMAGES))
    await rm(imageFolder(store, old), { recursive: true, force: true });
}

interface FoundRuntimes {
  readonly keys: ReadonlyMap<string, string>;
  readonly folders: readonly string[];
  readonly python?: string;
  diagnosticsOf(plan: BuildPlan): readonly Diagnostic[];
  notesOf(plan: BuildPlan): Preflight['notes'];
}

async function findRuntimes(
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
  const aliases = join(cache, 'tools', `python-${version}-${hash(program)}`);
  mkdirSync(aliases, { recursive: true });
  for (const name of ['python', 'python3']) {
    if (!existsSync(join(aliases, name))) symlinkSync(program, join(aliases, name));
  }
  return [aliases];
}

function missingContext(service: Service, { context, at }: Build): Diagnostic | undefined {
  const refused = { severity: 'error', at } as const;
  if (/^(https?|git|ssh):|^git@|\.git(#|$)/.test(context)) {
    return {
      ...refused,
      code: 'native/remote-context',
      message: `service ${service.name} is built from ${context}, which is not on this machine`,
      help: 'Clone it, and name the folder as context.',
    };
  }
  try {
    if (statSync(context).isDirectory()) {
      readdirSync(context);
      return undefined;
    }
    return {
      ...refused,
      code: 'native/context-missing',
      message: `service ${service.name} is built from ${context}, which is no folder`,
      help: 'Name the folder that the Dockerfile copies from.',
    };
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'is not there'
        : 'cannot be read by this user';
    return {
      ...refused,
      code: 'native/context-missing',
      message: `service ${service.name} is built from ${context}, which ${why}`,
      help: 'Correct the path; it is relative to the Compose file.',
    };
  }
}

function missingDockerfile(service: Service, { at }: Build, file: string): Diagnostic {
  return {
    code: 'native/dockerfile-missing',
    severity: 'error',
    message: `service ${service.name} is built by ${file}, which is not there or cannot be read`,
    help: 'Name it with build: { dockerfile: … }, relative to the context.',
    at,
  };
}

function missingStage(
  service: Service,
  { target, at }: Build,
  { stages }: ReadDockerfile,
): Diagnostic {
  const names = stages.flatMap(({ name }: DockerStage) => name ?? []);
  const help =
    names.length === 0 ? 'The Dockerfile names no stage.' : `Stages there: ${names.join(', ')}.`;
  return stages.length === 0
    ? {
        code: 'native/dockerfile-empty',
        severity: 'error',
        message: `the Dockerfile of service ${service.name} has no FROM`,
        help: 'A Dockerfile begins with FROM and the image to start from.',
        at,
      }
    : {
        code: 'native/stage-missing',
        severity: 'error',
        message: `the Dockerfile of service ${service.name} has no stage "${target ?? ''}"`,
        help,
        at,
      };
}

function commandMissing(service: Service, plan: BuildPlan): readonly Diagnostic[] {
  const settings = plan.stages.get(plan.target)?.settings;
  const own = [
    ...(service.entrypoint ?? settings?.entrypoint ?? []),
    ...(service.command ?? settings?.command ?? []),
  ];
  // The images of interpreters start one, which ends at once without a terminal.
  return own.length > 0 || service.native?.command !== undefined
    ? []
    : [
        {
          code: 'native/no-command',
          severity: 'error',
          message: `nothing says what service ${service.name} runs`,
          help: 'Add command to the service, or CMD to its Dockerfile.',
          at: service.at,
        },
      ];
}

function stepNotes(
  service: Service,
  dockerfile: ReadDockerfile,
  plan: BuildPlan,
): Preflight['notes'] {
  const used = [...plan.stages.values()];
  const packages = [...plan.stages.keys()].flatMap((index) =>
    (dockerfile.stages[index]?.instructions ?? [])
      .filter(({ keyword }) => keyword === 'RUN')
      .flatMap(({ text }) => systemPackages(text)),
  );
  const unknown = used.flatMap(({ steps }) =>
    steps.flatMap((step) =>
      step.kind === 'run'
        ? step.parts.filter(({ kind }) => kind === 'unknown').map(({ text }) => text)
        : [],
    ),
  );
  const note = (text: string) => ({ service: service.name, text });
  return [
    ...(packages.length > 0
      ? [
          note(
            `its image has these packages, which this machine has to have where they are needed: ${[...new Set(packages)].join(', ')}`,
          ),
        ]
      : []),
    ...unknown.map((text) => note(`not carried out natively: RUN ${text}`)),
  ];
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}
