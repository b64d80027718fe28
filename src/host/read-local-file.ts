import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { errorCodeOf } from './error-code.ts';

/** What stands at a path, and its content where that is little. */
export type LocalContent =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  /** By path relative to the folder, with slashes. */
  | { readonly kind: 'folder'; readonly files: ReadonlyMap<string, Uint8Array> }
  /** One clause without a full stop, as in "it is larger than 1 MB". */
  | { readonly kind: 'other'; readonly why: string }
  | { readonly kind: 'socket' }
  | { readonly kind: 'missing' };

/** The most that an object of a cluster takes, with what is around it. */
const MOST_BYTES = 1_000_000;
const MOST_FILES = 200;

/** Reads a file, or a folder with all that is below it, if it is no more than an object of a cluster can hold. */
export async function readLocalFile(path: string): Promise<LocalContent> {
  try {
    const { kind, size } = await kindOf(path);
    switch (kind) {
      case 'file':
        if (size > MOST_BYTES) return { kind: 'other', why: 'it is larger than 1 MB' };
        return { kind, bytes: await readFile(path) };
      case 'folder':
        return await readFolder(path);
      case 'socket':
        return { kind };
      case 'other':
        return { kind, why: 'it is neither a file nor a folder' };
    }
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'other', why: `it cannot be read: ${code ?? 'unknown'}` };
  }
}

interface Kind {
  readonly kind: 'file' | 'folder' | 'socket' | 'other';
  readonly size: number;
}

async function kindOf(path: string): Promise<Kind> {
  const stats = await stat(path);
  const { size } = stats;
  if (stats.isFile()) return { kind: 'file', size };
  if (stats.isDirectory()) return { kind: 'folder', size };
  return { kind: stats.isSocket() ? 'socket' : 'other', size };
}

async function readFolder(folder: string): Promise<LocalContent> {
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  const waiting = [''];
  for (let inner = waiting.pop(); inner !== undefined; inner = waiting.pop()) {
    for (const name of (await readdir(join(folder, inner))).toSorted()) {
      const path = inner === '' ? name : `${inner}/${name}`;
      const { kind, size } = await kindOf(join(folder, path));
      if (kind === 'folder') waiting.push(path);
      else if (kind === 'file') {
        bytes += size;
        if (files.size >= MOST_FILES || bytes > MOST_BYTES)
          return { kind: 'other', why: 'it holds more than 200 files or 1 MB' };
        files.set(path, await readFile(join(folder, path)));
      } else return { kind: 'other', why: `${path} is no file` };
    }
  }
  return { kind: 'folder', files };
}
