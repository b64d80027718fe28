import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { isAnonymousVolumeOf } from '../model/project.ts';
import type { Session } from './session.ts';

export interface VolumeSize {
  /** Name on the engine. */
  readonly name: string;
  /** As a person says it, as in `38.6 MB`. */
  readonly size: string;
}

/** The project's volumes that exist and are its own, with what lies in them. */
export async function volumeSizes(
  { project, engine, directories }: Session,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly VolumeSize[]> {
  const { volumes } = await engine.observe({ signal });
  const own = project.volumes.filter(({ external }) => !external).map(({ name }) => name);
  const ours = volumes.filter(
    (name) => own.includes(name) || isAnonymousVolumeOf(project.name, name),
  );
  const { containers } = engine;
  if (containers !== undefined && ours.length > 0) {
    const sizes = await containers.volumeSizes({ signal });
    return ours.map((name) => {
      const bytes = sizes.get(name);
      return { name, size: bytes === undefined ? 'of unknown size' : bytesInWords(bytes) };
    });
  }
  return Promise.all(
    ours.map(async (name) => ({
      name,
      size: await sizeInWords(join(directories.volumes, name)),
    })),
  );
}

/** Only an engine on this machine keeps a volume as a folder. */
async function sizeInWords(path: string): Promise<string> {
  const entry = await lstat(path).catch(() => undefined);
  return entry === undefined ? 'of unknown size' : bytesInWords(await sizeOf(path));
}

async function sizeOf(path: string): Promise<number> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) return 0;
  if (!entry.isDirectory()) return entry.size;
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, each) => sum + each, 0);
}

function bytesInWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
