import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { posix } from 'node:path';

import type { PostgresService } from './postgres-service.ts';

export const initFolder = '/docker-entrypoint-initdb.d';

/** One file that the image would act upon at the first start. */
export interface InitFile {
  readonly kind: 'run' | 'source' | 'sql' | 'sql.gz' | 'sql.xz' | 'sql.zst' | 'ignored';
  /** Path inside the container. */
  readonly inside: string;
  /** Absolute path on this machine. */
  readonly outside: string;
}

/**
 * What lies in the image's folder for first starts, in the order of the image's shell: by the rules of English, or by
 * bytes in the Alpine variant. Files that begin with a dot are not seen, folders are ignored.
 */
export async function initFilesOf({ views, image }: PostgresService): Promise<readonly InitFile[]> {
  const places = new Map<string, string>();
  for (const { source, target } of views) {
    const inside = posix.normalize(target).replace(/\/$/, '');
    if (inside === initFolder) {
      for (const name of await namesIn(source)) places.set(name, posix.join(source, name));
    } else if (posix.dirname(inside) === initFolder) places.set(posix.basename(inside), source);
  }
  const names = [...places.keys()].filter((name) => !name.startsWith('.'));
  return Promise.all(
    inOrder(names, image.variant).map(async (name) => {
      const outside = places.get(name) ?? '';
      return { kind: await kindOf(name, outside), inside: `${initFolder}/${name}`, outside };
    }),
  );
}

export function inOrder(names: readonly string[], variant: 'debian' | 'alpine'): readonly string[] {
  if (variant === 'alpine')
    return names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const { compare } = new Intl.Collator('en-US');
  return names.toSorted((a, b) => compare(a, b) || (a < b ? -1 : 1));
}

async function kindOf(name: string, path: string): Promise<InitFile['kind']> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return 'ignored';
  if (name.endsWith('.sh')) return (await isExecutable(path)) ? 'run' : 'source';
  if (name.endsWith('.sql')) return 'sql';
  const packed = (['sql.gz', 'sql.xz', 'sql.zst'] as const).find((kind) =>
    name.endsWith(`.${kind}`),
  );
  return packed ?? 'ignored';
}

async function isExecutable(path: string): Promise<boolean> {
  // Root may run whatever anybody may run, as in the image.
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
