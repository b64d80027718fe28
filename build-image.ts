import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { EventBody } from '../../../model/event.ts';
import { ComposeError } from '../../../model/diagnostic.ts';
import type { Service } from '../../../model/project.ts';
import type { NativeImage } from '../image.ts';
import type { BuildPlan } from './build-plan.ts';
import { buildStage } from './build-stage.ts';
import { awaitTurn } from './build-turn.ts';
import type { Machine } from './find-interpreter.ts';
import { imageFolder, storedImage, storeImage } from './image-store.ts';
import { loadBuild } from './load-build.ts';
import { planBuild } from './plan-build.ts';
import { rememberImage } from './prune.ts';
import { type RunStep, runStepPlainly } from './run-step.ts';
import { environmentOf, programFoldersOf } from './step-environment.ts';
import { finishVenv, openVenv } from './virtual-environment.ts';

export interface BuildOptions extends Machine {
  readonly home: string;
  /** Of the user: proxies, certificates and settings of package clients are taken from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Do every step again. */
  readonly force: boolean;
  readonly emit: (event: EventBody) => void;
  /** @defaultValue runStepPlainly */
  readonly runStep?: RunStep;
}

export interface BuiltImage {
  readonly image: NativeImage;
  /** False: it was there. */
  readonly changed: boolean;
}

/**
 * Makes the image of a service, unless it is there. May be killed at any time, and called twice at once.
 *
 * @throws ComposeError when the build cannot be; `checkBuild` says so before.
 * @throws RunError when a set-up step fails.
 */
export async function buildImage(service: Service, options: BuildOptions): Promise<BuiltImage> {
  const { cache, force, signal } = options;
  const { build } = service;
  if (build === undefined) throw new Error(`service ${service.name} has no build`);
  const loaded = await loadBuild(service, build, signal);
  const { plan, diagnostics } = await planBuild(service, loaded, options);
  if (plan === undefined) throw new ComposeError(diagnostics, { sources: new Map() });
  const before = force ? undefined : storedImage(cache, plan.digest);
  if (before !== undefined) {
    await rememberImage(service, build, { cache, digest: plan.digest });
    return { image: before, changed: false };
  }
  await using _turn = await awaitTurn(imageFolder(cache, plan.digest), signal);
  // Whoever had the turn may have made it.
  const meanwhile = force ? undefined : storedImage(cache, plan.digest);
  if (meanwhile !== undefined) return { image: meanwhile, changed: false };
  const image = await make(plan, service, options);
  await rememberImage(service, build, { cache, digest: plan.digest });
  return { image, changed: true };
}

async function make(
  plan: BuildPlan,
  service: Service,
  options: BuildOptions,
): Promise<NativeImage> {
  const { cache, force, signal, path, home } = options;
  const folder = join(imageFolder(cache, plan.digest), randomBytes(4).toString('hex'));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const interpreter = plan.stages.find(({ family }) => family === 'python')?.interpreter;
    const venv =
      plan.venvKey === undefined || interpreter === undefined
        ? undefined
        : await openVenv(plan.venvKey, {
            cache,
            interpreter,
            service: service.name,
            environment: { PATH: path, HOME: home },
            force,
            signal,
          });
    const roots = new Map<number, string>();
    for (const planned of plan.stages) {
      const { index } = planned.stage;
      const root = planned === plan.final ? join(folder, 'root') : join(folder, `stage-${index}`);
      roots.set(index, root);
      await buildStage(planned, {
        ...options,
        runStep: options.runStep ?? runStepPlainly,
        service: service.name,
        root,
        roots,
        ...(venv !== undefined && { venv }),
      });
    }
    if (venv?.ready === false) await finishVenv(cache, plan.venvKey ?? '', venv.folder);
    const image = imageOf(plan, join(folder, 'root'), venv?.folder);
    await storeImage(cache, image);
    await Promise.all(
      [...roots.values()]
        .filter((root) => root !== image.root)
        .map((root) => rm(root, { recursive: true, force: true })),
    );
    return image;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function imageOf({ final, digest }: BuildPlan, root: string, venv: string | undefined): NativeImage {
  const { family, interpreter, stage } = final;
  const { labels: _, volumes: __, shell: ___, ...settings } = stage.settings;
  const own = family === 'python' ? venv : undefined;
  return {
    ...settings,
    root,
    paths: readdirSync(root)
      .toSorted()
      .map((name) => `/${name}`),
    environment: new Map([...environmentOf(family, { venv: own, root }), ...settings.environment]),
    programFolders: programFoldersOf({ family, interpreter, venv: own, root }).filter((each) =>
      existsSync(each),
    ),
    digest,
  };
}
