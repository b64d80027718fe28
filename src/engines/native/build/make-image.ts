import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import { runCommand } from '../../../host/run-command.ts';
import { RunError } from '../../../model/finding.ts';
import { exitInWords } from '../../../diagnose/exit-in-words.ts';
import type { InnerProcess } from '../isolation.ts';
import { LAST_LINES, type MakeImageOptions, type StageOptions } from './build-options.ts';
import { copyFolder, copyInto } from './copy-into.ts';
import type { BuildPlan, BuildStep, PlannedStage } from './plan-build.ts';
import { pathsNamed, type RunPart } from './split-run.ts';
import { isSharedFolder } from '../isolation/root-skeleton.ts';
import { existingVenv, relocatePrograms, virtualEnvironment } from './virtual-environment.ts';

/** Absolute path of an image's files. */
export function imageFolder(store: string, digest: string): string {
  return join(store, 'images', digest);
}

/** The image was made completely: its mark is written last. */
export function isMade(store: string, digest: string): boolean {
  return existsSync(join(imageFolder(store, digest), 'made.json'));
}

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
      relocatePrograms(store, join(made, 'root'), join(imageFolder(store, plan.digest), 'root'));
    await writeFileAtomically(
      join(made, 'made.json'),
      JSON.stringify({ format: 1, layers: layersOf(plan) }),
    );
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
  if (!options.namespaced) relocatePrograms(store, root, root);
  for (const step of stage.steps.slice(kept + 1)) {
    await carryOut(step, options);
    if (isCostly(step)) await keep(root, layer(step), options);
  }
}

/** Names of the layers that an image was made from. */
function layersOf({ stages }: BuildPlan): readonly string[] {
  return [...stages.values()].flatMap(({ steps }) => steps.filter(isCostly).map(({ key }) => key));
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
      return runParts(step, options);
  }
}

/** What a shell would remember from one command to the next goes before each. */
async function runParts(
  step: Extract<BuildStep, { kind: 'run' }>,
  options: StageOptions,
): Promise<void> {
  let before = '';
  for (const part of step.parts) {
    if (part.kind === 'shell') before += `${part.text} && `;
    const isOwn = part.kind === 'file' && staysInside(part.text, step.cwd, options);
    if (part.kind === 'file' && !isOwn) {
      const text = `not carried out, for it is about files of the machine: ${part.text}`;
      options.emit({ kind: 'output', service: options.service, text });
    }
    if (part.kind === 'run' || part.kind === 'pip' || isOwn) {
      await runPart({ ...part, text: before + part.text }, step, options);
    }
  }
}

/** Every path that a file command names is the image's own: there already, or in a folder that is. */
function staysInside(text: string, cwd: string, { root }: StageOptions): boolean {
  const paths = pathsNamed(text);
  if (paths === undefined || !existsSync(join(root, cwd)) || cwd === '/') return false;
  const makes = text.startsWith('mkdir');
  return paths.every((path) => {
    const [, top = ''] = path.split('/');
    const here = join(root, path);
    if (makes) return !isSharedFolder(top);
    // In a folder that the machine has, too, only what the image brought itself is its own.
    if (isSharedFolder(top)) return existsSync(here) && !existsSync(path);
    return existsSync(here) || (dirname(path) !== '/' && existsSync(dirname(here)));
  });
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
