import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';

/** Images of a build that stay: the one that runs, and two to go back to. */
const KEPT_IMAGES = 3;

/** What has not been touched for so long belongs to no build that still goes on. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** Which build an image is of: the same service of another folder is another build. */
export interface BuildIdentity {
  /** Names the build within the store. */
  readonly key: string;
  /** Absolute path of the context. */
  readonly folder: string;
}

/** A list beside the images says which of them belong together, the newest first. */
interface ImageList {
  readonly format: 1;
  readonly folder: string;
  readonly digests: readonly string[];
}

/**
 * Notes the newest image of a build and removes what nobody needs: its images beyond the last ones, those of folders
 * that are gone, layers that no image was made from, and what a killed build has left behind.
 *
 * @param nowMs - milliseconds since 1970.
 */
export async function pruneStore(
  store: string,
  { key, folder, digest, nowMs }: BuildIdentity & { readonly digest: string; nowMs: number },
): Promise<void> {
  const images = join(store, 'images');
  const before = await readList(join(images, `${key}.json`));
  const digests = [digest, ...(before?.digests ?? []).filter((each) => each !== digest)];
  const list: ImageList = { format: 1, folder, digests: digests.slice(0, KEPT_IMAGES) };
  await writeFileAtomically(join(images, `${key}.json`), JSON.stringify(list));
  const lists = await livingLists(images);
  const wanted = new Set(lists.flatMap((each) => each.digests));
  const isOld = (path: string): boolean => nowMs - changedMs(path) > ABANDONED_MS;
  const superfluous = digests.slice(KEPT_IMAGES).filter((each) => !wanted.has(each));
  const strays = namesIn(images).filter(
    (name) => !name.endsWith('.json') && !wanted.has(name) && isOld(join(images, name)),
  );
  await remove(images, [...superfluous, ...strays]);
  const layers = new Set(
    (await Promise.all([...wanted].map((each) => layersOf(join(images, each))))).flat(),
  );
  const unused = (name: string): boolean => !layers.has(name);
  for (const [part, isWaste] of [
    ['layers', unused],
    ['work', () => true],
  ] as const) {
    const place = join(store, part);
    const waste = namesIn(place).filter((name) => isWaste(name) && isOld(join(place, name)));
    await remove(place, waste);
  }
}

/** Of folders that are still there; the others are forgotten. */
async function livingLists(images: string): Promise<readonly ImageList[]> {
  const living: ImageList[] = [];
  for (const name of namesIn(images).filter((each) => each.endsWith('.json'))) {
    const list = await readList(join(images, name));
    if (list !== undefined && existsSync(list.folder)) living.push(list);
    else await rm(join(images, name), { force: true });
  }
  return living;
}

async function readList(path: string): Promise<ImageList | undefined> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bowline's own file, of this format or not used
    const list = JSON.parse(await readFile(path, 'utf8')) as Partial<ImageList>;
    return list.format === 1 && typeof list.folder === 'string' && Array.isArray(list.digests)
      ? { format: 1, folder: list.folder, digests: list.digests }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Layers that an image was made from, as its mark has them. */
async function layersOf(image: string): Promise<readonly string[]> {
  try {
    const mark: unknown = JSON.parse(await readFile(join(image, 'made.json'), 'utf8'));
    const layers: unknown =
      typeof mark === 'object' && mark !== null && 'layers' in mark ? mark.layers : [];
    return Array.isArray(layers) ? layers.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

async function remove(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
}

/** When it was last moved or written, in milliseconds since 1970: a copy keeps the other time of what it was made from. */
function changedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Number.POSITIVE_INFINITY;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
