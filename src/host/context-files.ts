import { createHash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, posix } from 'node:path';

import dockerignore from '@balena/dockerignore';

// The package's types tell of a default export; what it has is a CommonJS function.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const ignore = dockerignore as unknown as typeof dockerignore.default;

/** One file, link or folder below a folder. */
export interface ContextEntry {
  /** Relative, with slashes. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly mode: number;
}

/** The files of a build's context that `.dockerignore` lets through. */
export interface ContextFiles {
  readonly folder: string;
  /** Entries that a source of `COPY` names, in order of their paths; empty when there is nothing of that name. */
  match(source: string): readonly ContextEntry[];
  /** Hash of the content, the kind and the permissions of an entry. */
  digest(entry: ContextEntry): string;
  /** What to keep so that the next look need not read again. */
  index(): Index;
}

/** Path → size, time, inode and hash. */
export type Index = Readonly<
  Record<string, readonly [size: number, mtimeMs: number, inode: number, hash: string]>
>;

/** Reads a context as far as it is asked. `known` is the index of the last time. */
export function openContext(
  folder: string,
  { dockerfile, known }: { readonly dockerfile: string; readonly known: Index },
): ContextFiles {
  const isIgnored = ignoreRules(folder, dockerfile);
  const index: Record<string, readonly [number, number, number, string]> = {};
  return {
    folder,
    match: (source) => {
      const path = posix.normalize(source.replace(/^\/+/, '')).replace(/\/$/, '');
      if (path === '.' || path === '') return walk(folder, '', isIgnored);
      if (/[*?[]/.test(path)) return glob(folder, path, isIgnored);
      return walk(folder, path, isIgnored);
    },
    digest: ({ path, kind, mode }) => {
      const full = join(folder, path);
      if (kind === 'folder') return 'folder';
      if (kind === 'link') return `link ${readlinkSync(full)}`;
      const { size, mtimeMs, ino } = lstatSync(full);
      const before = known[path];
      const hash =
        before !== undefined && before[0] === size && before[1] === mtimeMs && before[2] === ino
          ? before[3]
          : createHash('sha256').update(readFileSync(full)).digest('hex');
      index[path] = [size, mtimeMs, ino, hash];
      return `${(mode & 0o111) === 0 ? 'file' : 'program'} ${hash}`;
    },
    index: () => index,
  };
}

type IsIgnored = (path: string, isFolder: boolean) => boolean;

/** `<Dockerfile>.dockerignore` goes before `.dockerignore`. */
function ignoreRules(folder: string, dockerfile: string): IsIgnored {
  const text = [`${dockerfile}.dockerignore`, join(folder, '.dockerignore')]
    .map(readIfThere)
    .find((each) => each !== undefined);
  if (text === undefined) return () => false;
  const rules = ignore().add(text);
  const hasExceptions = /^\s*!/m.test(text);
  // A folder that is left out may still hold what an exception brings back.
  return (path, isFolder) => (isFolder && hasExceptions ? false : rules.ignores(path));
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function walk(folder: string, path: string, isIgnored: IsIgnored): readonly ContextEntry[] {
  const stat = lstatSync(join(folder, path), { throwIfNoEntry: false });
  if (stat === undefined || (path !== '' && isIgnored(path, stat.isDirectory()))) return [];
  const { mode } = stat;
  if (stat.isSymbolicLink()) return [{ path, kind: 'link', mode }];
  if (!stat.isDirectory()) return stat.isFile() ? [{ path, kind: 'file', mode }] : [];
  const inside = namesOf(join(folder, path)).flatMap((name) =>
    walk(folder, posix.join(path, name), isIgnored),
  );
  return [{ path, kind: 'folder', mode }, ...inside];
}

function glob(folder: string, pattern: string, isIgnored: IsIgnored): readonly ContextEntry[] {
  let found = [''];
  for (const part of pattern.split('/')) {
    const matches = /[*?[]/.test(part) ? patternOf(part) : undefined;
    found = found.flatMap((path) =>
      namesOf(join(folder, path))
        .filter((name) => (matches === undefined ? name === part : matches.test(name)))
        .map((name) => posix.join(path, name)),
    );
  }
  return found.flatMap((path) => walk(folder, path, isIgnored));
}

function patternOf(part: string): RegExp {
  const text = part
    .replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`)
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${text}$`);
}

function namesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .map(({ name }: Dirent) => name)
      .toSorted();
  } catch {
    return [];
  }
}

/** The index of a context, as it was kept with the last build. */
export function readIndex(path: string): Index {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bowline's own file; what does not fit is read again
    return JSON.parse(readFileSync(path, 'utf8')) as Index;
  } catch {
    return {};
  }
}
