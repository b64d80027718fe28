import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { borrowDocker, returnDocker } from '../docker/borrow.ts';
import type { Client } from '../docker/client.ts';
import { dockerCommand } from '../docker/engine.ts';
import { imagesHash, officialImages, officialNames } from '../docker/images.ts';
import { folderOf, podman } from '../layout.ts';
import type { Space } from '../space.ts';
import { podmanCommand, podmanInside } from './engine.ts';
import { giveToUser, ownFolder } from './user.ts';

const TIMEOUT_MS = 10 * 60_000;

/** Takes the images of the Docker bed over, where Podman does not have them as their recipes say now. */
export async function takeImages(space: Space, say: (line: string) => void): Promise<void> {
  const note = join(folderOf(podman), 'images');
  const wanted = imagesHash();
  if (existsSync(note) && readFileSync(note, 'utf8') === wanted && (await hasAll())) return;
  await borrowDocker(podman, say);
  try {
    await copy(space);
  } finally {
    await returnDocker(podman);
  }
  writeFileSync(note, wanted);
  say(`images of the Docker bed, under ${officialNames.length} names`);
}

async function hasAll(): Promise<boolean> {
  return podmanCommand(['image', 'inspect', ...officialNames]).then(
    () => true,
    () => false,
  );
}

/** Only what is another image here, or none: a quarter of a minute for all of them. */
async function copy(space: Space): Promise<void> {
  const differing = await officialImagesThatDiffer();
  if (differing.length === 0) return;
  const tar = join(ownFolder('tmp'), 'images.tar');
  const names = differing.map(([name]) => name);
  try {
    await dockerCommand(['save', '--output', tar, ...names], { timeoutMs: TIMEOUT_MS });
    giveToUser(tar);
    await podmanInside(space, ['load', '--quiet', '--input', tar], TIMEOUT_MS);
  } finally {
    rmSync(tar, { force: true });
  }
  for (const image of differing) await rename(space, image);
  await removeUnfinished(space);
  await podmanInside(space, ['image', 'prune', '--force']);
}

/** What builds that were ended in the middle have left: no container of Podman's, but it keeps their images for them. */
async function removeUnfinished(space: Space): Promise<void> {
  const listed = await podmanInside(space, ['ps', '--all', '--external', '--quiet', '--no-trunc']);
  const left = listed.split('\n').filter(Boolean);
  if (left.length > 0) await podmanInside(space, ['rm', '--force', ...left]);
}

async function officialImagesThatDiffer(): Promise<typeof officialImages> {
  const isSame = await Promise.all(
    officialImages.map(async (names) => {
      const [there, ...here] = await Promise.all([
        idOf(dockerCommand, names[0]),
        ...names.map((name) => idOf(podmanCommand, name)),
      ]);
      return here.every((id) => id === there);
    }),
  );
  return officialImages.filter((_, index) => isSame[index] === false);
}

/** Both engines call an image by what it is made of. Undefined where there is none of the name. */
function idOf(client: Client, name: string): Promise<string | undefined> {
  return client(['image', 'inspect', '--format', '{{.Id}}', name]).catch(() => undefined);
}

/** Podman takes a name without a host for one of this machine, where Docker means one of Docker Hub. */
async function rename(space: Space, names: (typeof officialImages)[number]): Promise<void> {
  const loaded = `localhost/${names[0]}`;
  const wanted = names.map((name) => `docker.io/library/${name}`);
  await podmanInside(space, ['tag', loaded, ...wanted]);
  await podmanInside(space, ['untag', loaded, loaded]);
}
