import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Unpacks the one file or folder of an archive into the folder that `to` is, or under the name `to`: beside its place
 * first, so that what is there stays until all has come. `give` is what the archive comes from; its signal tells that it
 * cannot be unpacked.
 */
export async function unpackArchive(
  archive: Readable,
  to: string,
  give: (ended: AbortSignal) => Promise<void> = async () => {},
): Promise<void> {
  const { unpackTar } = await import('modern-tar/fs');
  const isFolder = (await stat(to).catch(() => undefined))?.isDirectory() === true;
  const folder = await mkdtemp(join(isFolder ? to : dirname(to), '.bowline-copy-'));
  const over = new AbortController();
  try {
    const unpacking = pipeline(archive, unpackTar(folder));
    unpacking.catch(() => over.abort());
    await give(over.signal);
    await unpacking;
    const [name = basename(to)] = await readdir(folder);
    const target = isFolder ? join(to, name) : to;
    await rm(target, { recursive: true, force: true });
    await rename(join(folder, name), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
