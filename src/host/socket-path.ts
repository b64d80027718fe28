import { lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The smallest `sun_path` among the systems (macOS: 104 bytes with the final zero). */
const maxSocketPathBytes = 103;

/** Node cuts a longer path off without a word, and the socket lands elsewhere. */
export class SocketPathTooLongError extends Error {
  override readonly name = 'SocketPathTooLongError';
  readonly path: string;

  constructor(path: string) {
    super(
      `socket path of ${Buffer.byteLength(path)} bytes, at most ${maxSocketPathBytes}: ${path}`,
    );
    this.path = path;
  }
}

/** A folder for sockets that others could write to, or already have. */
export class UnsafeFolderError extends Error {
  override readonly name = 'UnsafeFolderError';
  readonly path: string;

  constructor(path: string, why: string) {
    super(`${path} ${why}`);
    this.path = path;
  }
}

/** @throws {SocketPathTooLongError} */
export function checkSocketPath(path: string): string {
  if (Buffer.byteLength(path) > maxSocketPathBytes) throw new SocketPathTooLongError(path);
  return path;
}

/**
 * Makes a folder that only this user can enter: that is the access control of the sockets in it. The folder above it
 * must not let others replace it.
 *
 * @throws {UnsafeFolderError} when somebody else owns either, or may write to it.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const uid = process.getuid?.();
  const folder = await lstat(path);
  if (!folder.isDirectory()) throw new UnsafeFolderError(path, 'is not a folder');
  if (folder.uid !== uid) throw new UnsafeFolderError(path, `belongs to user ${folder.uid}`);
  if ((folder.mode & 0o077) !== 0) throw new UnsafeFolderError(path, 'is open to other users');
  const above = await lstat(dirname(path));
  const sticky = (above.mode & 0o1000) !== 0;
  if (above.uid !== uid && above.uid !== 0) {
    throw new UnsafeFolderError(dirname(path), `belongs to user ${above.uid}`);
  }
  if ((above.mode & 0o022) !== 0 && !sticky) {
    throw new UnsafeFolderError(dirname(path), 'may be written to by other users');
  }
}
