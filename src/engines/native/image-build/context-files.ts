import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join, posix } from 'node:path';

import dockerignore from '@balena/dockerignore';

/** A file, folder or link below a folder. */
export interface Entry {
  /** Relative to the folder; empty for itself. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Permission bits. */
  readonly mode: number;
  /** Where a link leads. */
  readonly link?: string;
}

/** Something that a source of `COPY` names. */
export interface Taken {
  /** Absolute. */
  readonly path: string;
  readonly kind: Entry['kind'];
  /** The entry itself, and all below it. */
  readonly entries: readonly Entry[];
}

/** Is this path, relative to the context, left out? */
export type Ignores = (path: string) => boolean;

/** @see https://docs.docker.com/build/concepts/context/#dockerignore-files */
export function ignoresOf(text: string): { readonly ignores: Ignores; readonly negated: boolean } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types say `default`; the module itself is the function
  const make = dockerignore as unknown as typeof dockerignore.default;
  const rules = make().add(text);
  const negated = /^\s*!/m.test(text);
  return { negated, ignores: (path) => path !== '' && rules.ignores(path) };
}

export interface Context {
  readonly folder: string;
  readonly ignores: Ignores;
  /** A rule takes something back in: left-out folders have to be looked through. */
  readonly negated: boolean;
}

/** All that a pattern names below the context, in order of the names. Never leads out of it. */
export function take(context: Context, pattern: string): readonly Taken[] {
  const clean = posix.resolve('/', pattern).slice(1);
  const paths = /[*?[]/.test(clean) ? matching(context.folder, clean.split('/')) : [clean];
  return paths.flatMap((path): readonly Taken[] => {
    const entries = entriesOf(context, path, '');
    const [top] = entries;
    return top === undefined ? [] : [{ path: join(context.folder, path), kind: top.kind, entries }];
  });
}

function matching(folder: string, [segment = '', ...rest]: readonly string[]): readonly string[] {
  const pattern = globOf(segment);
  const names = namesIn(folder).filter((name) => pattern.test(name));
  if (rest.length === 0) return names;
  return names.flatMap((name) =>
    matching(join(folder, name), rest).map((below) => posix.join(name, below)),
  );
}

/** The pattern language of Go's `filepath.Match`. */
export function globOf(segment: string): RegExp {
  const source = segment.replace(
    /\\(.)|\[(\^?)((?:\\.|[^\]])+)\]|[*?]|[.+^${}()|[\]\\/]/g,
    globPart,
  );
  return new RegExp(`^${source}$`, 's');
}

function globPart(
  ...[match, escaped, not, set]: readonly [string, string?, string?, string?, ...unknown[]]
): string {
  if (match === '*') return '.*';
  if (match === '?') return '.';
  if (set !== undefined) return `[${not ?? ''}${set.replaceAll('[', '\\[')}]`;
  return (escaped ?? match).replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function entriesOf(context: Context, top: string, below: string): readonly Entry[] {
  const path = posix.join(top, below);
  const full = join(context.folder, path);
  const stats = lstatSync(full, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  const own = entryOf(full, below, stats);
  const out = context.ignores(path === '.' ? '' : path);
  if (own === undefined || (out && (own.kind !== 'folder' || !context.negated))) return [];
  if (own.kind !== 'folder') return [own];
  const inside = namesIn(full).flatMap((name) => entriesOf(context, top, posix.join(below, name)));
  return out && inside.length === 0 ? [] : [own, ...inside];
}

/** Absent for sockets, pipes and devices, which are not copied. */
function entryOf(full: string, path: string, stats: Stats): Entry | undefined {
  const mode = stats.mode & 0o777;
  if (stats.isDirectory()) return { path, kind: 'folder', mode };
  if (stats.isFile()) return { path, kind: 'file', mode };
  return stats.isSymbolicLink()
    ? { path, kind: 'link', mode: 0o777, link: readlinkSync(full) }
    : undefined;
}
