import { mkdirSync } from 'node:fs';

import { copyTree } from '../../../host/copy-tree.ts';
import type { PlannedStage, PlannedStep } from './build-plan.ts';
import type { BuildOptions } from './build-image.ts';
import { copyFromContext, copyFromStage } from './copy-files.ts';
import { insideRoot } from './inside-root.ts';
import { hasLayer, keepLayer, restoreLayer } from './layers.ts';
import { runParts } from './run-parts.ts';
import type { RunStep } from './run-step.ts';
import { stepEnvironment } from './step-environment.ts';
import type { VirtualEnvironment } from './virtual-environment.ts';
import { OutsideError } from './inside-root.ts';

export interface StageOptions extends BuildOptions {
  readonly service: string;
  readonly runStep: RunStep;
  /** Where the files of this stage go; does not exist. */
  readonly root: string;
  /** The files of the stages before it. */
  readonly roots: ReadonlyMap<number, string>;
  readonly venv?: VirtualEnvironment;
}

/** Carries out the steps of a stage, from the last layer on that is there. */
export async function buildStage(planned: PlannedStage, options: StageOptions): Promise<void> {
  const { cache, root, roots, signal } = options;
  const done = lastLayer(planned, options);
  const layer = planned.steps[done];
  const { base } = planned.stage;
  if (layer !== undefined) {
    await restoreLayer(layer.key, root, { cache, signal });
    await linkAgain(planned.steps.slice(0, done + 1), options);
  } else if (base.kind === 'stage') {
    await copyTree(roots.get(base.index) ?? root, root, { signal });
  } else mkdirSync(root);
  for (const step of planned.steps.slice(done + 1)) {
    signal.throwIfAborted();
    await carryOut(step, planned, options);
  }
}

/** Number of the last step whose files were kept; -1 when there is none. */
function lastLayer({ steps }: PlannedStage, { cache, force, venv }: StageOptions): number {
  if (force) return -1;
  const filling = steps.findIndex((step) => step.kind === 'run' && step.parts.some(fillsVenv));
  const last = venv?.ready === false && filling >= 0 ? filling : steps.length;
  return steps.findLastIndex((step, at) => at < last && hasLayer(cache, step.key));
}

function fillsVenv(part: { readonly kind: string; readonly installs?: boolean }): boolean {
  return part.kind === 'tool' && part.installs === true;
}

/** A kept layer has the links to the virtual environment of its time. */
async function linkAgain(steps: readonly PlannedStep[], options: StageOptions): Promise<void> {
  const { venv } = options;
  if (venv === undefined) return;
  for (const step of steps) {
    if (step.kind !== 'run') continue;
    const links = step.parts.filter(({ kind }) => kind === 'venv' || kind === 'enter');
    await runParts({ ...step, parts: links }, runOptions(new Map(), options));
  }
}

function runOptions(
  base: ReadonlyMap<string, string>,
  { service, root, venv, runStep, signal, emit }: StageOptions,
): Parameters<typeof runParts>[1] {
  const folder = venv?.folder;
  return {
    service,
    root,
    base,
    runStep,
    signal,
    emit,
    ...(folder !== undefined && { venv: folder }),
  };
}

async function carryOut(
  planned: PlannedStep,
  stage: PlannedStage,
  options: StageOptions,
): Promise<void> {
  const { root, cache, signal } = options;
  if (planned.kind === 'workdir') {
    mkdirSync(insideRoot(root, planned.step.path), { recursive: true });
  } else if (planned.kind === 'copy') {
    await copy(planned, options);
  } else {
    const { environment, home, path, venv } = options;
    const own = stage.family === 'python' ? venv?.folder : undefined;
    const surroundings = { root, environment, home, path, ...(own !== undefined && { venv: own }) };
    await runParts(planned, runOptions(stepEnvironment(stage, surroundings), options));
    const worth = planned.parts.some(({ kind }) => kind === 'tool');
    if (worth) await keepLayer(root, planned.key, { cache, signal });
  }
}

async function copy(
  { step, taken }: Extract<PlannedStep, { kind: 'copy' }>,
  { root, roots, signal, emit, service, venv }: StageOptions,
): Promise<void> {
  const { source } = step;
  if (source.kind === 'image') return;
  if (source.kind === 'context') return copyFromContext(step, taken, { root, signal });
  const from = roots.get(source.index) ?? root;
  try {
    const missing = await copyFromStage(step, from, { root, signal });
    for (const path of missing) {
      emit({ kind: 'output', service, text: `not copied, for the stage has no ${path}` });
    }
  } catch (error) {
    // Parts of a virtual environment: the image has it as a whole.
    if (!(error instanceof OutsideError) || venv === undefined) throw error;
  }
}
