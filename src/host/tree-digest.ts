import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** The content of a file, and by what one sees that it is still the same. */
export interface FileStamp {
  readonly sizeBytes: number;
  /** Unix time in milliseconds, with fractions. */
  readonly mtimeMs: number;
  readonly inode: number;
  /** SHA-256 of the content. */
  readonly digest: string;
}

const AT_ONCE = 16;
const IN_ONE_GO_BYTES = 1 << 20;

/**
 * Digests the contents of files; of those that look as in `known` the content is not read again.
 *
 * @throws when a file cannot be read.
 */
export async function stampFiles(
  paths: readonly string[],
  known: ReadonlyMap<string, FileStamp>,
): Promise<ReadonlyMap<string, FileStamp>> {
  const stamps = new Map<string, FileStamp>();
  const waiting = [...paths];
  const work = async (): Promise<void> => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      stamps.set(path, await stampOf(path, known.get(path)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return stamps;
}

async function stampOf(path: string, before: FileStamp | undefined): Promise<FileStamp> {
  const { size, mtimeMs, ino } = await lstat(path);
  if (before?.sizeBytes === size && before.mtimeMs === mtimeMs && before.inode === ino) {
    return before;
  }
  const hash = createHash('sha256');
  if (size <= IN_ONE_GO_BYTES) hash.update(await readFile(path));
  else await pipeline(createReadStream(path), hash);
  return { sizeBytes: size, mtimeMs, inode: ino, digest: hash.digest('hex') };
}
