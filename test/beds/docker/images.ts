import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { command } from '../command.ts';
import { hashOf } from '../content-hash.ts';
import { cache, registry, sources } from '../layout.ts';
import { type Space, entering } from '../space.ts';
import { dockerCommand } from './engine.ts';
import { packageClients, packageClientsHash } from './package-clients.ts';

/** A folder of `test/beds/images/`, and by which names its image answers. */
interface Recipe {
  readonly folder: string;
  readonly names: readonly [string, ...string[]];
  readonly after?: string;
}

/** Holds the namespaces of a pod. */
export const PAUSE: `${string}/pause:1` = `${registry}/pause:1`;

const BASE = 'debian:trixie-slim';
const BASE_NAMES = [BASE, 'debian:trixie', 'debian:13-slim', 'debian:13'] as const;

/** Each after those that it is built on. */
const recipes: readonly Recipe[] = [
  { folder: 'busybox', names: ['busybox:latest', 'busybox:1', 'busybox:stable'] },
  { folder: 'postgres', names: ['postgres:17', 'postgres:17-trixie', 'postgres:latest'] },
  { folder: 'node', names: ['node:20', 'node:20-slim', 'node:20-trixie-slim'] },
  {
    folder: 'python',
    names: ['python:3.13', 'python:3.13-slim', 'python:3.13-slim-trixie', 'python:3'],
  },
  { folder: 'pause', names: [PAUSE], after: 'busybox' },
];

const LABEL = 'bowline.bed.recipe';

/** Minutes: on a slow mirror, with two busy cores. */
const BUILD_TIMEOUT_MS = 20 * 60_000;

/** Makes the images that are not there as their recipes say now. */
export async function makeImages(space: Space, say: (line: string) => void): Promise<void> {
  const base = hashOf(join(sources, 'images/base'), packageClientsHash());
  await importBase(space, base, say);
  const made = new Map<string, string>();
  for (const recipe of recipes) {
    const hash = hashOf(
      join(sources, 'images', recipe.folder),
      base,
      made.get(recipe.after ?? '') ?? '',
    );
    made.set(recipe.folder, hash);
    if (await hasAll(recipe.names, hash)) continue;
    await build(recipe, hash);
    say(`image ${recipe.names[0]}`);
  }
}

/** Changes when one of the images would be made anew. */
export function imagesHash(): string {
  return hashOf(join(sources, 'images'), packageClientsHash());
}

/** Of each image the names by which Docker Hub knows it. */
export const officialImages: readonly (readonly [string, ...string[]])[] = [
  [BASE],
  ...recipes.map(({ names }) => names).filter(([name]) => !name.startsWith(registry)),
];

/** All names of Docker Hub's that the bed answers for. */
export const officialNames: readonly string[] = officialImages.flat();

async function importBase(space: Space, hash: string, say: (line: string) => void): Promise<void> {
  if (await hasAll(BASE_NAMES, hash)) return;
  const tar = join(cache, `base-${hash}.tar`);
  if (!existsSync(tar)) {
    mkdirSync(cache, { recursive: true });
    const [nsenter = '', ...rest] = entering(space);
    const script = join(sources, 'images/base/make.sh');
    await command(nsenter, [...rest, 'sh', script, tar], { timeoutMs: BUILD_TIMEOUT_MS });
    say('base system by debootstrap');
  }
  const environment = Object.entries(packageClients()).map(
    ([name, value]) => `ENV ${name}=${value}`,
  );
  const changes = ['CMD ["bash"]', `LABEL ${LABEL}=${hash}`, ...environment];
  const flags = changes.flatMap((change) => ['--change', change]);
  await dockerCommand(['import', ...flags, tar, BASE], { timeoutMs: BUILD_TIMEOUT_MS });
  for (const name of BASE_NAMES) await dockerCommand(['tag', BASE, name]);
  say(`image ${BASE}`);
}

async function build({ folder, names }: Recipe, hash: string): Promise<void> {
  const context = mkdtempSync(join(cache, 'context-'));
  try {
    cpSync(join(sources, 'images', folder), context, { recursive: true });
    const prepare = join(context, 'prepare.sh');
    if (existsSync(prepare))
      await command('sh', [prepare, context], { timeoutMs: BUILD_TIMEOUT_MS });
    const tags = names.flatMap((name) => ['--tag', name]);
    await dockerCommand(['build', '--quiet', '--label', `${LABEL}=${hash}`, ...tags, context], {
      environment: { DOCKER_BUILDKIT: '1' },
      timeoutMs: BUILD_TIMEOUT_MS,
    });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** Whether all names lead to one image, and that was made by this recipe: what is built on it has its label, too. */
async function hasAll(names: readonly string[], hash: string): Promise<boolean> {
  const format = ['--format', '{{.Repository}}:{{.Tag}} {{.ID}}'];
  const ls = ['image', 'ls', '--filter', `label=${LABEL}=${hash}`, ...format];
  const lines = new Set((await dockerCommand(ls)).split('\n'));
  const [, id] =
    [...lines].map((line) => line.split(' ')).find(([name]) => name === names[0]) ?? [];
  return id !== undefined && names.every((name) => lines.has(`${name} ${id}`));
}
