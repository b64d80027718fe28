import { realpathSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import type { View } from '../isolation.ts';

/**
 * Views in the order in which they are mounted, at the places where the machine really has them.
 *
 * As in Docker, the folder around another one comes first, however the file has them, and an image's own files lie below
 * every mount. A path that leads through a link of the machine, as `/var/run` does, means the place behind the link: a
 * mount at the link itself would end up outside of the new root.
 */
export function inMountOrder(views: readonly View[]): readonly View[] {
  const clean = views.map((view) => ({ ...view, target: cleanTarget(view.target) }));
  const mounts = clean
    .filter(({ merge }) => merge !== true)
    .toSorted((a, b) => depthOf(a.target) - depthOf(b.target));
  const image = clean.filter(
    ({ merge, target }) => merge === true && !mounts.some((mount) => isAt(target, mount.target)),
  );
  const placed: { readonly written: string; readonly view: View }[] = [];
  for (const view of mounts) {
    const around = placed.findLast(({ written }) => isAt(view.target, written));
    const target =
      around === undefined
        ? behindLinks(view.target)
        : join(around.view.target, view.target.slice(around.written.length));
    placed.push({ written: view.target, view: { ...view, target } });
  }
  return [
    ...image.map((view) => ({ ...view, target: behindLinks(view.target) })),
    ...placed.map(({ view }) => view),
  ];
}

/** Is `path` the folder itself, or below it? */
export function isAt(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** Without a slash at the end, `//` and `..`. */
function cleanTarget(target: string): string {
  const path = posix.resolve('/', target);
  return path.startsWith('//') ? path.slice(1) : path;
}

function depthOf(path: string): number {
  return path.split('/').length;
}

/** The real place of the part of a path that this machine has; the rest goes on from there. */
function behindLinks(path: string): string {
  if (path === '/') return path;
  try {
    return realpathSync(path);
  } catch {
    return join(behindLinks(dirname(path)), posix.basename(path));
  }
}
