import { stat } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';

import type { ExitStatus } from './exit-status.ts';
import { unpackArchive } from './unpack-archive.ts';

/** Runs a program where the files are. Its input is closed when there is none. */
export type RunInside = (
  command: readonly string[],
  streams: {
    readonly stdin?: Readable;
    readonly stdout: Writable;
    readonly stderr: Writable;
    readonly signal: AbortSignal;
  },
) => Promise<ExitStatus>;

/** How `tar` has failed there, and what it said. */
interface FailedTar {
  readonly exit: ExitStatus;
  readonly said: string;
}

interface CopyOptions {
  readonly signal: AbortSignal;
  /** What is thrown when `tar` fails. */
  readonly failure: (how: FailedTar) => Error;
}

type Direction =
  | { readonly kind: 'from'; readonly path: string; readonly to: string }
  | { readonly kind: 'to'; readonly path: string; readonly from: string };

/** Copies a file or a folder between this machine and a place where programs can be run. */
export function copyInside(
  run: RunInside,
  request: Direction,
  options: CopyOptions,
): Promise<void> {
  return request.kind === 'from'
    ? copyFromInside(run, request, options)
    : copyToInside(run, request, options);
}

/** Copies what `path` is there to this machine: into the folder that `to` is, or under the name `to`. */
async function copyFromInside(
  run: RunInside,
  { path, to }: { readonly path: string; readonly to: string },
  { signal, failure }: CopyOptions,
): Promise<void> {
  const { folder, name } = placeOf(path);
  const archive = new PassThrough();
  await unpackArchive(archive, to, async (ended) => {
    const command = ['tar', '-C', folder, '-cf', '-', '--', name];
    const stopped = AbortSignal.any([signal, ended]);
    try {
      await runTar(run, command, { stdout: archive, signal: stopped, failure });
    } finally {
      archive.end();
    }
  });
}

/** Copies `from` of this machine there: into the folder that `path` is, or under the name `path`. */
async function copyToInside(
  run: RunInside,
  { path, from }: { readonly path: string; readonly from: string },
  { signal, failure }: CopyOptions,
): Promise<void> {
  const source = await stat(from);
  const nowhere = {
    stdout: new PassThrough().resume(),
    stderr: new PassThrough().resume(),
    signal,
  };
  const isInto = path.endsWith('/') || isSuccess(await run(['test', '-d', path], nowhere));
  const { folder, name } = isInto ? { folder: path, name: basename(from) } : placeOf(path);
  const { packTar } = await import('modern-tar/fs');
  const stdin = packTar([
    { type: source.isDirectory() ? 'directory' : 'file', source: from, target: name },
  ]);
  await runTar(run, ['tar', '-C', folder, '-xf', '-'], {
    stdin,
    stdout: new PassThrough().resume(),
    signal,
    failure,
  });
}

function placeOf(path: string): { readonly folder: string; readonly name: string } {
  const plain = posix.normalize(path).replace(/(?<=.)\/$/, '');
  return { folder: posix.dirname(plain), name: posix.basename(plain) || '.' };
}

async function runTar(
  run: RunInside,
  command: readonly string[],
  { failure, ...streams }: CopyOptions & { readonly stdin?: Readable; readonly stdout: Writable },
): Promise<void> {
  let said = '';
  const stderr = new PassThrough();
  stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-MOST_SAID)));
  const exit = await run(command, { ...streams, stderr });
  if (!isSuccess(exit)) throw failure({ exit, said: said.trim() });
}

const MOST_SAID = 4000;

function isSuccess(exit: ExitStatus): boolean {
  return exit.kind === 'code' && exit.code === 0;
}
