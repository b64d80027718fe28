import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import type { NativeImage } from '../image.ts';

/** Where images, layers and virtual environments are kept. Everything in it can be made again. */
export function buildsFolder(cache: string): string {
  return join(cache, 'builds');
}

/** An image with this digest that is whole; absent when it has to be made. */
export function storedImage(cache: string, digest: string): NativeImage | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(imageFile(cache, digest), 'utf8'), revive);
    return isImage(value) && existsSync(value.root ?? '') ? value : undefined;
  } catch {
    // Not there, or not whole: it is made again.
    return undefined;
  }
}

/** Makes an image known. Its files have to be there. */
export async function storeImage(cache: string, image: NativeImage): Promise<void> {
  const text = JSON.stringify(image, (_, value: unknown) =>
    value instanceof Map ? { map: [...value] } : value,
  );
  await writeFileAtomically(imageFile(cache, image.digest), text);
}

export function imageFolder(cache: string, digest: string): string {
  return join(buildsFolder(cache), 'images', digest);
}

function imageFile(cache: string, digest: string): string {
  return join(imageFolder(cache, digest), 'image.json');
}

function revive(_: string, value: unknown): unknown {
  const isMap =
    typeof value === 'object' && value !== null && 'map' in value && Array.isArray(value.map);
  return isMap ? new Map(value.map as [string, string][]) : value;
}

/** The file is ours: what is checked is that it is of this version. */
function isImage(value: unknown): value is NativeImage {
  if (typeof value !== 'object' || value === null) return false;
  const { root, paths, environment, programFolders } = value as Partial<NativeImage>;
  return (
    typeof root === 'string' &&
    Array.isArray(paths) &&
    environment instanceof Map &&
    Array.isArray(programFolders) &&
    programFolders.every((folder: string) => existsSync(folder))
  );
}
