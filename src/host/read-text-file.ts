import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';

import { errorCodeOf } from './error-code.ts';

/** What came of reading a file. */
export type TextFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'unreadable';
      /** One clause without a full stop, as in "it is a folder". */
      readonly reason: string;
      /** SHA-256 of the bytes, where they could be read and are no text. */
      readonly digest?: string;
    };

/** Far beyond any file that a person writes. */
const LARGEST_BYTES = 16 * 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
};

/** Reads a whole file of UTF-8, at most 16 MiB. Whatever is wrong with it is a value; only an abort is thrown. */
export async function readTextFile(
  path: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<TextFile> {
  try {
    const bytes = await readBytes(path, signal);
    return bytes === undefined ? unreadable('it is larger than 16 MiB') : textOf(bytes);
  } catch (error) {
    signal.throwIfAborted();
    const code = errorCodeOf(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    return unreadable(REASONS[code] ?? (code === '' ? String(error) : `the system says ${code}`));
  }
}

/** Absent when there is too much of it. A pipe or device is read as long as it gives. */
async function readBytes(path: string, signal: AbortSignal): Promise<Buffer | undefined> {
  signal.throwIfAborted();
  const found = statSync(path);
  if (found.isDirectory()) throw Object.assign(new Error(path), { code: 'EISDIR' });
  // At once: the promises of `node:fs` take longer to load than all files of a project to read.
  if (found.isFile()) return found.size > LARGEST_BYTES ? undefined : readFileSync(path);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(path, { signal })) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    chunks.push(bytes);
    size += bytes.length;
    if (size > LARGEST_BYTES) return undefined;
  }
  return Buffer.concat(chunks);
}

function textOf(bytes: Buffer): TextFile {
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
    const reason = wide ? 'it is saved as UTF-16, not as UTF-8' : 'it is no text in UTF-8';
    const digest = createHash('sha256').update(bytes).digest('hex');
    return { kind: 'unreadable', reason, digest };
  }
}

function unreadable(reason: string): TextFile {
  return { kind: 'unreadable', reason };
}
