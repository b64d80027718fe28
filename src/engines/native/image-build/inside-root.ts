import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';

/**
 * The place of an image's path on this machine. Links on the way are followed, and may not lead out of the image.
 *
 * @param path - as the image has it; relative ones are relative to `from`.
 * @throws when a link leads out.
 */
export function insideRoot(root: string, path: string, from = '/'): string {
  const clean = posix.resolve('/', from, path);
  const place = join(root, clean);
  const real = realpathSync(existing(dirname(place), root));
  const top = realpathSync(root);
  if (clean !== '/' && real !== top && !real.startsWith(top + sep)) {
    throw new OutsideError(clean, real);
  }
  return clean === '/' ? root : place;
}

/** A link of the image leads to a place of this machine. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';

  constructor(path: string, real: string) {
    super(`${path} of the image leads to ${real}, out of the image`);
  }
}

/** The folder itself or the nearest one above it that is there, down to `root`. */
function existing(folder: string, root: string): string {
  if (folder.length <= root.length) return root;
  return lstatSync(folder, { throwIfNoEntry: false }) === undefined
    ? existing(dirname(folder), root)
    : folder;
}
