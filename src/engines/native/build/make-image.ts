import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

import type { Emitting } from '../../../engine/engine.ts';
import { writeFileAtomically } from '../../../host/atomic-file.ts';
import { runCommand } from '../../../host/run-command.ts';
import { RunError } from '../../../model/finding.ts';
import type { OuterProcess, Surroundings, InnerProcess } from '../isolation.ts';
import { exitInWords } from '../await-condition.ts';
import type { ContextFiles } from './context-files.ts';
import type { BuildPlan, BuildStep, PlannedStage } from './plan-build.ts';
import type { RunPart } from './split-run.ts';

export interface MakeImageOptions extends Emitting {
  readonly service: string;
  readonly context: ContextFiles;
  /** Folder that images, layers and virtual environments are kept in. */
  readonly store: string;
  /** Commands see the image at its own paths, by a mount namespace. */
  readonly namespaced: boolean;
  /** Do every step again. */
  readonly force: boolean;
  /** Folders before the usual `PATH`: interpreters. */
  readonly programFolders: readonly string[];
  /** Python of this machine; absent when the image is not of Python. */
  readonly python?: string;
  /** What steps get besides the image's variables: `HOME`, proxies, settings of package clients. */
  readonly environment: Readonly<Record<string, string>>;
  /** Puts a process where `root` lies over the machine's own files. */
  readonly surround: (inner: InnerProcess, surroundings: Surroundings) => Promise<OuterProcess>;
  readonly signal: AbortSignal;
}

/** Absolute path of an image's files. */
export function imageFolder(store: string, digest: string): string {
  return join(store, 'images', digest);
}

/** The image was made completely: its mark is written last. */
export function isMade(store: string, digest: string): boolean {
  return existsSync(join(imageFolder(store, digest), 'made.json'));
}

const LAST_LINES = 20;

/**
 * Carries out the plan: a folder for each stage, `COPY` and the recognised commands in it, then the target's folder is
 * moved to its place. Killed at any point, the next call begins anew; two at once each make their own, and the second
 * finds the place taken.
 *
 * @throws {RunError} `native/setup-failed` when a command fails.
 */
export async function makeImage(plan: BuildPlan, options: MakeImageOptions): Promise<void> {
  const { store, force } = options;
  const work = join(store, 'work', `${plan.digest}-${randomUUID()}`);
  const roots = new Map<number, string>();
  try {
    for (const [index, stage] of inOrder(plan)) {
      const root = join(work, String(index));
      roots.set(index, root);
      await makeStage(stage, { ...options, root, roots });
    }
    const made = join(work, 'image');
    mkdirSync(made, { recursive: true });
    renameSync(roots.get(plan.target) ?? work, join(made, 'root'));
    if (!options.namespaced)
      relocatePrograms(join(made, 'root'), join(imageFolder(store, plan.digest), 'root'));
    await writeFileAtomically(join(made, 'made.json'), JSON.stringify({ format: 1 }));
    putInPlace(made, imageFolder(store, plan.digest), force);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A running service may use the old folder: it is moved away, not emptied. */
function putInPlace(made: string, place: string, force: boolean): void {
  mkdirSync(dirname(place), { recursive: true });
  if (force && existsSync(place)) renameSync(place, `${place}.old-${randomUUID()}`);
  try {
    renameSync(made, place);
  } catch (error) {
    if (!existsSync(join(place, 'made.json'))) throw error;
  }
}

/** Stages that others need come before them; the file has them in such an order. */
function inOrder(plan: BuildPlan): readonly (readonly [number, PlannedStage])[] {
  return [...plan.stages].toSorted(([a], [b]) => a - b);
}

interface StageOptions extends MakeImageOptions {
  readonly root: string;
  readonly roots: ReadonlyMap<number, string>;
}

async function makeStage(stage: PlannedStage, options: StageOptions): Promise<void> {
  const { root, roots, store, force } = options;
  const layer = (step: BuildStep): string => join(store, 'layers', step.key);
  // The last command whose result is kept: everything up to it need not be done again.
  const kept = force
    ? -1
    : stage.steps.findLastIndex((step) => isCostly(step) && existsSync(layer(step)));
  const keptStep = stage.steps[kept];
  if (keptStep !== undefined) await copyFolder(layer(keptStep), root, options);
  else if (stage.parent !== undefined)
    await copyFolder(roots.get(stage.parent) ?? '', root, options);
  else mkdirSync(root, { recursive: true });
  if (!options.namespaced) relocatePrograms(root, root);
  for (const step of stage.steps.slice(kept + 1)) {
    await carryOut(step, options);
    if (isCostly(step)) await keep(root, layer(step), options);
  }
}

function isCostly(step: BuildStep): step is Extract<BuildStep, { kind: 'run' }> {
  return step.kind === 'run' && step.parts.some(({ kind }) => kind === 'run');
}

/** Keeps the stage as it is now. Somebody else may do the same at this moment: the first one's copy stays. */
async function keep(root: string, layer: string, options: StageOptions): Promise<void> {
  const draft = `${layer}.${randomUUID()}`;
  mkdirSync(dirname(layer), { recursive: true });
  try {
    await copyFolder(root, draft, options);
    if (options.force && existsSync(layer)) renameSync(layer, `${draft}.old`);
    renameSync(draft, layer);
  } catch (error) {
    if (!existsSync(layer)) throw error;
  } finally {
    for (const left of [draft, `${draft}.old`]) rmSync(left, { recursive: true, force: true });
  }
}

async function carryOut(step: BuildStep, options: StageOptions): Promise<void> {
  const { root } = options;
  switch (step.kind) {
    case 'folder':
      mkdirSync(join(root, step.path), { recursive: true });
      return;
    case 'copy':
      return copyInto(step, options);
    case 'run':
      for (const part of step.parts) {
        if (part.kind === 'run' || part.kind === 'pip') await runPart(part, step, options);
      }
  }
}

async function copyInto(
  step: Extract<BuildStep, { kind: 'copy' }>,
  options: StageOptions,
): Promise<void> {
  const { root, context } = options;
  const target = join(root, step.target);
  const isFolder = step.target.endsWith('/') || step.sources.length > 1;
  for (const body of step.heredocs) writeInto(target, body);
  for (const source of step.sources) {
    if (step.from !== undefined) {
      await copyFromStage(join(options.roots.get(step.from) ?? '', source), target, {
        ...options,
        isFolder,
      });
    } else copyFromContext(source, { context, target, isFolder });
  }
  if (step.mode !== undefined) setMode(step, target, step.mode);
}

function writeInto(target: string, body: string): void {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${body}\n`);
}

async function copyFromStage(
  source: string,
  target: string,
  options: StageOptions & { readonly isFolder: boolean },
): Promise<void> {
  const stat = statSync(source, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isDirectory()) return copyFolder(source, target, options);
  const file = options.isFolder || isFolderAt(target) ? join(target, basename(source)) : target;
  mkdirSync(dirname(file), { recursive: true });
  cpSync(source, file, { preserveTimestamps: true, verbatimSymlinks: true });
}

function copyFromContext(
  source: string,
  {
    context,
    target,
    isFolder,
  }: { readonly context: ContextFiles; readonly target: string; readonly isFolder: boolean },
): void {
  const entries = context.match(source);
  const [first] = entries;
  if (first === undefined) return;
  const several = /[*?[]/.test(source);
  for (const { path, kind, mode } of entries) {
    // The content of a folder is copied, not the folder itself; of a pattern's matches each keeps its name.
    const base =
      first.kind === 'folder' && !several ? first.path : dirname(several ? path : first.path);
    const inside = base === '' || base === '.' ? path : path.slice(base.length + 1);
    const single = first.kind !== 'folder' && !several && !isFolder && !isFolderAt(target);
    const to = single ? target : join(target, inside);
    if (kind === 'folder') mkdirSync(to, { recursive: true });
    else {
      mkdirSync(dirname(to), { recursive: true });
      cpSync(join(context.folder, path), to, { verbatimSymlinks: true, preserveTimestamps: true });
      if (kind === 'file') chmodSync(to, mode | 0o200);
    }
  }
}

function setMode(
  { sources }: Extract<BuildStep, { kind: 'copy' }>,
  target: string,
  mode: number,
): void {
  const files = isFolderAt(target)
    ? sources.map((source) => join(target, basename(source)))
    : [target];
  for (const file of files) if (existsSync(file)) chmodSync(file, mode);
}

function isFolderAt(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Shares blocks where the file system can. */
async function copyFolder(
  from: string,
  to: string,
  { signal, environment }: Pick<MakeImageOptions, 'signal' | 'environment'>,
): Promise<void> {
  mkdirSync(to, { recursive: true });
  const argv =
    process.platform === 'darwin'
      ? (['cp', '-Rcp', `${from}/.`, to] as const)
      : (['cp', '-a', '--reflink=auto', '--', `${from}/.`, to] as const);
  const { exit, stderr } = await runCommand(argv, {
    environment: { PATH: environment['PATH'] ?? '/usr/bin:/bin' },
    signal,
  });
  if (exit.kind === 'code' && exit.code === 0) return;
  throw new RunError([
    {
      code: 'native/files-not-copied',
      cause: `files could not be copied to ${to}`,
      proof: stderr.trim().split('\n').slice(-LAST_LINES),
    },
  ]);
}

async function runPart(
  part: RunPart,
  step: Extract<BuildStep, { kind: 'run' }>,
  options: StageOptions,
): Promise<void> {
  const { root, service, emit, signal } = options;
  // What a command makes at the top of the image has to lie in the image's folder, not beside it.
  for (const [, path = ''] of part.text.matchAll(
    /(?:^mkdir\s(?:.*\s)?|\s-m\s+venv\s+)(\/[\w./-]+)/g,
  ))
    mkdirSync(join(root, path), { recursive: true });
  const environment = await environmentOf(part, step, options);
  emit({ kind: 'output', service, text: `$ ${part.text}` });
  const views = readdirSync(root).map((name) => ({
    source: join(root, name),
    target: `/${name}`,
    readOnly: false,
    merge: true,
  }));
  const inner: InnerProcess = { argv: ['/bin/sh', '-c', part.text], cwd: step.cwd, environment };
  const outer = await options.surround(inner, { views, hosts: new Map() });
  const lines: string[] = [];
  const { exit } = await runCommand(outer.argv, {
    cwd: outer.cwd,
    environment: outer.environment,
    signal,
    onLine: (text) => {
      lines.push(text);
      emit({ kind: 'output', service, text });
    },
  });
  if (exit.kind === 'code' && exit.code === 0) return;
  throw new RunError([
    {
      code: 'native/setup-failed',
      service,
      cause: `the set-up step "${part.text}" of ${service} ${exitInWords(exit)}`,
      proof: lines.slice(-LAST_LINES),
      fix: [
        'Run the step by hand in the folder of the Dockerfile, or correct it; bowline up goes on from there.',
      ],
      at: step.at,
    },
  ]);
}

async function environmentOf(
  part: RunPart,
  step: Extract<BuildStep, { kind: 'run' }>,
  options: StageOptions,
): Promise<ReadonlyMap<string, string>> {
  const { environment, programFolders } = options;
  const own = step.environment.get('PATH')?.split(':') ?? [];
  const venv =
    part.kind === 'pip' &&
    options.python !== undefined &&
    !own.some((folder) => existsSync(join(options.root, folder, 'python')))
      ? await virtualEnvironment(options)
      : undefined;
  const inVenv = venv ?? existingVenv(options);
  const path = [
    ...(inVenv === undefined ? [] : [join(inVenv, 'bin')]),
    ...own,
    ...programFolders,
    ...(environment['PATH'] ?? '').split(':'),
  ];
  return new Map([
    ...Object.entries(environment),
    ...step.environment,
    ...(inVenv === undefined ? [] : [['VIRTUAL_ENV', inVenv] as const]),
    ['PATH', [...new Set(path)].filter(Boolean).join(':')],
  ]);
}

/** Where an image's Python packages are: inside its files, so that they go wherever these go. */
export const VENV = '/opt/bowline-venv';

function existingVenv({ root }: StageOptions): string | undefined {
  return existsSync(join(root, VENV, 'bin/python')) ? VENV : undefined;
}

async function virtualEnvironment({
  root,
  python,
  environment,
  surround,
  signal,
}: StageOptions): Promise<string> {
  if (existsSync(join(root, VENV, 'bin/python'))) return VENV;
  mkdirSync(join(root, VENV), { recursive: true });
  // Made where it will be seen: its programs carry their own path.
  const views = [{ source: join(root, VENV), target: VENV, readOnly: false }];
  const inner: InnerProcess = {
    argv: [python ?? 'python3', '-m', 'venv', VENV],
    cwd: '/',
    environment: new Map(Object.entries(environment)),
  };
  const outer = await surround(inner, { views, hosts: new Map() });
  const { exit, stdout, stderr } = await runCommand(outer.argv, {
    cwd: outer.cwd,
    environment: outer.environment,
    signal,
  });
  if (exit.kind === 'code' && exit.code === 0) return VENV;
  throw new RunError([
    {
      code: 'native/setup-failed',
      cause: 'a virtual environment for Python could not be made',
      proof: (stdout + stderr).trim().split('\n').slice(-LAST_LINES),
      fix: ['Debian and Ubuntu have it in a package of its own: apt-get install python3-venv'],
    },
  ]);
}

/** Without a namespace, programs of a virtual environment carry the path that it had when they were made. */
function relocatePrograms(root: string, later: string): void {
  const bin = join(root, VENV, 'bin');
  if (!existsSync(bin)) return;
  for (const name of readdirSync(bin)) {
    const file = join(bin, name);
    const stat = lstatSync(file);
    if (!stat.isFile() || stat.size > SCRIPT_BYTES) continue;
    const text = readFileSync(file, 'utf8');
    const moved = text.replaceAll(new RegExp(`(/[^\\s"':=]*)?${VENV}`, 'g'), join(later, VENV));
    if (moved !== text) writeFileSync(file, moved);
  }
}

const SCRIPT_BYTES = 1 << 16;

/** The index of a context, as it was kept with the last build. */
export function readIndex(path: string): Record<string, never> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, never>;
  } catch {
    return {};
  }
}
