import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { ComposeError } from '../../model/diagnostic.ts';

export interface FoundManifests {
  /** Absolute paths, or `-`, in the order in which they were named; those of a folder by name. */
  readonly files: readonly string[];
  /** Only folders were named: what is not in them is not wanted. */
  readonly isWhole: boolean;
  /** The folder after which it all is called; that of the process for standard input. */
  readonly folder: string;
}

const ENDINGS = /\.(?:ya?ml|json)$/i;
/** Read by other tools, and no object of a cluster. */
const NOT_MANIFESTS =
  /^(?:kustomization\.ya?ml|Chart\.ya?ml|values.*\.ya?ml|skaffold\.ya?ml|(?:docker-)?compose.*\.ya?ml|package(?:-lock)?\.json)$/i;

/**
 * The files that `-f` means: a file, all of a folder (not of those in it), or standard input.
 *
 * @throws {ComposeError} when there is nothing of the name, or nothing in the folder.
 */
export async function findManifests(
  named: readonly string[],
  cwd: string,
): Promise<FoundManifests> {
  if (named.length === 0) {
    throw refused('no file was named', 'Name files or folders with -f, as in -f k8s/.');
  }
  const found = await Promise.all(named.map((each) => filesOf(each, cwd)));
  return {
    files: [...new Set(found.flatMap(({ files }) => files))],
    isWhole: found.every(({ isFolder }) => isFolder),
    folder: found[0]?.folder ?? cwd,
  };
}

async function filesOf(
  named: string,
  cwd: string,
): Promise<{
  readonly files: readonly string[];
  readonly isFolder: boolean;
  readonly folder: string;
}> {
  if (named === '-') return { files: ['-'], isFolder: false, folder: cwd };
  const path = resolve(cwd, named);
  const what = await stat(path).catch(() => undefined);
  if (what === undefined) {
    throw refused(`there is no file or folder ${named}`, `It was looked for at ${path}.`);
  }
  if (!what.isDirectory()) return { files: [path], isFolder: false, folder: join(path, '..') };
  const names = (await readdir(path)).filter(
    (name) => ENDINGS.test(name) && !NOT_MANIFESTS.test(name),
  );
  if (names.length === 0) {
    throw refused(
      `the folder ${named} has no file that ends with .yaml, .yml or .json`,
      'Folders in it are not read; name each with -f.',
    );
  }
  // By code units: the same on every machine, whatever its language.
  const ordered = names.toSorted((a, b) => (a < b ? -1 : 1));
  return { files: ordered.map((name) => join(path, name)), isFolder: true, folder: path };
}

/** Folders that are called so in every project. */
const COMMON = /^(?:k8s|kube|kubernetes|manifests?|deploy|deployment|infra|ops|yaml|\.)$/i;

/** What a set of manifests is called where nobody says: as their folder, or the one above. */
export function setNameOf(folder: string): string {
  const own = basename(folder);
  const name = COMMON.test(own) ? basename(join(folder, '..')) : own;
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return plain.replaceAll(/^-+|-+$/g, '').slice(0, 40) || 'default';
}

function refused(message: string, help: string): ComposeError {
  return new ComposeError([{ code: 'kubernetes/no-manifests', severity: 'error', message, help }], {
    sources: new Map(),
  });
}
