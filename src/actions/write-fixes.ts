import { chown, readFile, realpath, stat } from 'node:fs/promises';

import { writeFileAtomically } from '../host/atomic-file.ts';
import { errorCodeOf } from '../host/error-code.ts';
import { ComposeError, type Diagnostic } from '../model/diagnostic.ts';
import type { FixedFile } from './plan-fixes.ts';

const MARK = '\uFEFF';

/**
 * Writes every file, each in one step, with its mode, its owner and its byte order mark; links stay links.
 *
 * @throws {ComposeError} before anything is written when one of them is not any more what was read.
 */
export async function writeFixes(files: readonly FixedFile[]): Promise<void> {
  const targets = await Promise.all(files.map(targetOf));
  const changed = targets.filter(({ kind }) => kind === 'changed');
  if (changed.length > 0)
    throw new ComposeError(
      changed.map(({ file }) => changedMeanwhile(file)),
      { sources: new Map() },
    );
  for (const target of targets) {
    if (target.kind === 'ready') await write(target);
  }
}

type Target =
  | { readonly kind: 'changed'; readonly file: FixedFile }
  | {
      readonly kind: 'ready';
      readonly file: FixedFile;
      /** Where links lead. */
      readonly path: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly hasMark: boolean;
    };

async function targetOf(file: FixedFile): Promise<Target> {
  try {
    const path = await realpath(file.path);
    const [text, { mode, uid, gid }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const hasMark = text.startsWith(MARK);
    if ((hasMark ? text.slice(1) : text) !== file.before) return { kind: 'changed', file };
    return { kind: 'ready', file, path, mode: mode & 0o7777, uid, gid, hasMark };
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return { kind: 'changed', file };
    throw error;
  }
}

async function write({
  file,
  path,
  mode,
  uid,
  gid,
  hasMark,
}: Extract<Target, { readonly kind: 'ready' }>): Promise<void> {
  await writeFileAtomically(path, `${hasMark ? MARK : ''}${file.after}`, { mode });
  const written = await stat(path);
  // Of another user's file root leaves that user's; who may not give it away keeps what he wrote.
  if (written.uid !== uid || written.gid !== gid)
    await chown(path, uid, gid).catch(() => undefined);
}

function changedMeanwhile({ path }: FixedFile): Diagnostic {
  return {
    code: 'arguments/file-changed',
    severity: 'error',
    message: `${path} was changed while it was being checked; nothing was written`,
    help: 'Run the command again.',
  };
}
