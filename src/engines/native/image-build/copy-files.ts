import {
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { copyTree } from '../../../host/copy-tree.ts';
import { runCommand } from '../../../host/run-command.ts';
import { ignoresOf, take, type Taken } from './context-files.ts';
import type { CopyStep } from './dockerfile.ts';
import { insideRoot } from './inside-root.ts';

interface CopyOptions {
  readonly root: string;
  readonly signal: AbortSignal;
}

const ARCHIVE = /\.(?:tar|tar\.gz|tgz|tar\.bz2|tbz2|tar\.xz|txz)$/;

/** Carries out `COPY` and `ADD` of what lies in the context or in the Dockerfile. */
export async function copyFromContext(
  step: CopyStep,
  taken: readonly Taken[],
  { root, signal }: CopyOptions,
): Promise<void> {
  const many = step.intoFolder || taken.length > 1;
  const target = insideRoot(root, step.target);
  for (const each of taken) {
    signal.throwIfAborted();
    if (step.instruction === 'ADD' && each.kind === 'file' && ARCHIVE.test(each.path)) {
      await unpack(each.path, target, signal);
    } else {
      await place(each, placeOf(each, target, many), { chmod: step.chmod });
    }
  }
  for (const { name, text } of step.inline) {
    const path = many ? join(target, name) : target;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, step.chmod ?? 0o644);
  }
}

/** Carries out `COPY --from`, of the files of another stage. */
export async function copyFromStage(
  step: CopyStep,
  from: string,
  { root, signal }: CopyOptions,
): Promise<readonly string[]> {
  const context = { folder: from, ...ignoresOf('') };
  const missing: string[] = [];
  for (const path of step.paths) {
    const found = /[*?[]/.test(path)
      ? take(context, path)
      : [whole(from, path)].filter((each) => each !== undefined);
    if (found.length === 0) missing.push(path);
    const many = step.intoFolder || found.length > 1;
    for (const each of found) {
      const to = placeOf(each, insideRoot(root, step.target), many);
      mkdirSync(each.kind === 'folder' ? to : dirname(to), { recursive: true });
      if (each.kind !== 'folder') rmSync(to, { force: true });
      await copyTree(each.path, to, { signal, contents: each.kind === 'folder' });
      if (step.chmod !== undefined && each.kind === 'file') chmodSync(to, step.chmod);
    }
  }
  return missing;
}

function whole(from: string, path: string): Pick<Taken, 'path' | 'kind'> | undefined {
  const place = insideRoot(from, path);
  const stats = lstatSync(place, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return { path: place, kind: stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'link' };
}

/** Of a folder the contents are copied; a file goes into a folder that is there. */
function placeOf(
  { path, kind }: Pick<Taken, 'path' | 'kind'>,
  target: string,
  many: boolean,
): string {
  if (kind === 'folder') return target;
  const folder = many || lstatSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  return folder ? join(target, basename(path)) : target;
}

async function place(
  { path, entries }: Taken,
  target: string,
  { chmod }: { readonly chmod: number | undefined },
): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  for (const entry of entries) {
    const to = join(target, entry.path);
    const before = lstatSync(to, { throwIfNoEntry: false });
    if (entry.kind === 'folder') {
      if (before !== undefined && !before.isDirectory()) rmSync(to);
      mkdirSync(to, { recursive: true });
      chmodSync(to, (chmod ?? entry.mode) | 0o700);
      continue;
    }
    if (before !== undefined) rmSync(to, { recursive: true });
    if (entry.link !== undefined) symlinkSync(entry.link, to);
    else {
      await copyFile(join(path, entry.path), to, constants.COPYFILE_FICLONE);
      chmodSync(to, chmod ?? entry.mode | 0o600);
    }
  }
}

async function unpack(archive: string, target: string, signal: AbortSignal): Promise<void> {
  mkdirSync(target, { recursive: true });
  const { exit, stderr } = await runCommand(
    ['tar', '-xf', archive, '-C', target, '--no-same-owner'],
    {
      environment: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      signal,
    },
  );
  if (exit.kind !== 'code' || exit.code !== 0) throw new Error(`tar: ${stderr.trim()}`);
}
