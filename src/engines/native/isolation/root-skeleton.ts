import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import type { View } from '../isolation.ts';
import { inMountOrder } from './mount-order.ts';

/** One line of the table that `mount` carries out: what is seen at `target`, a path below the new root. */
export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** Folders of the machine whose content an image adds to, instead of hiding it. */
const SHARED = new Set([
  'bin',
  'dev',
  'etc',
  'home',
  'lib',
  'lib32',
  'lib64',
  'libx32',
  'media',
  'mnt',
  'opt',
  'proc',
  'root',
  'run',
  'sbin',
  'srv',
  'sys',
  'tmp',
  'usr',
  'var',
]);

/** Is this top-level folder one that every machine has? */
export function isSharedFolder(name: string): boolean {
  return SHARED.has(name);
}

/**
 * Makes, below `root`, the empty folders and files that everything is mounted on, and gives what to mount: the machine's own
 * top-level folders and `views` over them. Nothing is made outside of `root`, but for mount points inside a view's
 * own source, as Docker makes them.
 */
export function makeRootSkeleton(root: string, views: readonly View[]): readonly Bind[] {
  mkdirSync(root, { recursive: true });
  const wanted = inMountOrder(views).flatMap(mergedIntoMachine);
  const opened = new Set(wanted.flatMap(({ target }) => missingParents(target)));
  const binds: Bind[] = [];
  // What stands in the new root as a folder of its own: the way to a mount point that the machine does not have.
  const open = (folder: string): void => {
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      if (wanted.some(({ target }) => target === path) && !isOnMachine(path)) continue;
      mirror(path, { root, binds, opened, open });
    }
  };
  open('/');
  for (const [index, { source, target, readOnly }] of wanted.entries()) {
    makeMountPoint({ root, source, target, below: wanted.slice(0, index) });
    binds.push({ source, target: join(root, target), readOnly });
  }
  return binds;
}

interface Mirror {
  readonly root: string;
  readonly binds: Bind[];
  readonly opened: ReadonlySet<string>;
  readonly open: (folder: string) => void;
}

/** Shows one entry of the machine at the same place: a link as a link, a folder or a file by mounting it. */
function mirror(path: string, { root, binds, opened, open }: Mirror): void {
  const here = join(root, path);
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return;
  if (entry.isSymbolicLink()) {
    if (lstatSync(here, { throwIfNoEntry: false }) === undefined)
      symlinkSync(readlinkSync(path), here);
  } else if (entry.isDirectory()) {
    mkdirSync(here, { recursive: true });
    if (opened.has(path)) open(path);
    else binds.push({ source: path, target: here, readOnly: false });
  } else {
    touch(here);
    binds.push({ source: path, target: here, readOnly: false });
  }
}

/** A folder of an image that the machine has, too, is shown entry by entry. */
export function mergedIntoMachine(view: View): readonly View[] {
  const { source, target } = view;
  const [, top = ''] = target.split('/');
  const isFolder = statSync(source, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isFolder || view.merge !== true || !SHARED.has(top) || !isFolderOnMachine(target))
    return [view];
  return readdirSync(source).flatMap((name) =>
    mergedIntoMachine({ ...view, source: join(source, name), target: join(target, name) }),
  );
}

/** Folders on the way to `target` that exist on this machine, when a part of the way does not. */
function missingParents(target: string): readonly string[] {
  if (isOnMachine(target)) return [];
  const parents: string[] = [];
  for (let folder = dirname(target); folder !== '/'; folder = dirname(folder)) {
    if (isFolderOnMachine(folder)) parents.push(folder);
  }
  return parents;
}

function makeMountPoint({
  root,
  source,
  target,
  below,
}: {
  readonly root: string;
  readonly source: string;
  readonly target: string;
  /** What is mounted before. */
  readonly below: readonly View[];
}): void {
  // Inside another view, the mount point has to be in that one's source.
  const around = below.findLast((each) => target.startsWith(`${each.target}/`));
  const point =
    around === undefined
      ? join(root, target)
      : join(around.source, target.slice(around.target.length));
  if (around === undefined && isOnMachine(target)) return;
  if (statSync(source).isDirectory()) mkdirSync(point, { recursive: true });
  else {
    mkdirSync(dirname(point), { recursive: true });
    touch(point);
  }
}

function touch(path: string): void {
  writeFileSync(path, '', { flag: 'a' });
}

function isOnMachine(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFolderOnMachine(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
