import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

import { allClear } from '../provider.ts';
import type { Preflight } from '../../../engine/engine.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Build, Service } from '../../../model/project.ts';
import type { NativeImage } from '../image.ts';
import { type ContextFiles, openContext, readIndex } from '../../../host/context-files.ts';
import type { MakeImageOptions } from './build-options.ts';
import { imageFolder, isMade, makeImage } from './make-image.ts';
import { VENV } from './virtual-environment.ts';
import { type BuildPlan, planBuild } from './plan-build.ts';
import { pruneStore } from './prune-store.ts';
import { readDockerfile, type ReadDockerfile } from './read-dockerfile.ts';
import { type BuildMachine, findRuntimes } from './find-runtimes.ts';
import {
  missingContext,
  missingDockerfile,
  missingSources,
  missingStage,
} from './build-problems.ts';
import { systemPackages } from './split-run.ts';

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
  const used = [...found.diagnosticsOf(plan), ...missingSources(service, build, plan)];
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

function failed(diagnostics: readonly Diagnostic[]): PlannedService {
  return { check: { ...allClear, diagnostics }, programFolders: [] };
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
    const key = hash(options.service, context.folder, String(plan.target));
    const { folder } = context;
    await pruneStore(store, { key, folder, digest: plan.digest, nowMs: Date.now() });
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
  const elsewhere = used.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'copy' ? (step.elsewhere ?? []) : [])),
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
    ...elsewhere.map((source) =>
      note(`not copied natively, for it is in another image or at an address: ${source}`),
    ),
  ];
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}
