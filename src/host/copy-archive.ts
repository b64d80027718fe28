import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { ExitStatus } from './exit-status.ts';

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

/** How `tar` has failed there. */
export class InsideError extends Error {
  override readonly name = 'InsideError';
  readonly exit: ExitStatus;
  /** What it said. */
  readonly said: string;

  constructor(exit: ExitStatus, said: string) {
    super(said);
    this.exit = exit;
    this.said = said;
  }
}

/** Copies what `path` is there to this machine: into the folder that `to` is, or under the name `to`. */
export async function copyFromInside(
  run: RunInside,
  { path, to }: { readonly path: string; readonly to: string },
  signal: AbortSignal,
): Promise<void> {
  const { folder, name } = placeOf(path);
  const archive = new PassThrough();
  await unpacked(archive, to, async (ended) => {
    const command = ['tar', '-C', folder, '-cf', '-', '--', name];
    const stopped = AbortSignal.any([signal, ended]);
    try {
      await runTar(run, command, { stdout: archive, signal: stopped });
    } finally {
      archive.end();
    }
  });
}

/** Copies `from` of this machine there: into the folder that `path` is, or under the name `path`. */
export async function copyToInside(
  run: RunInside,
  { path, from }: { readonly path: string; readonly from: string },
  signal: AbortSignal,
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
  });
}

function placeOf(path: string): { readonly folder: string; readonly name: string } {
  const plain = posix.normalize(path).replace(/(?<=.)\/$/, '');
  return { folder: posix.dirname(plain), name: posix.basename(plain) || '.' };
}

async function runTar(
  run: RunInside,
  command: readonly string[],
  streams: { readonly stdin?: Readable; readonly stdout: Writable; readonly signal: AbortSignal },
): Promise<void> {
  let said = '';
  const stderr = new PassThrough();
  stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-MOST_SAID)));
  const exit = await run(command, { ...streams, stderr });
  if (!isSuccess(exit)) throw new InsideError(exit, said.trim());
}

const MOST_SAID = 4000;

function isSuccess(exit: ExitStatus): boolean {
  return exit.kind === 'code' && exit.code === 0;
}

/** Unpacks beside its place first: what is there stays until all has come. */
async function unpacked(
  archive: Readable,
  to: string,
  give: (ended: AbortSignal) => Promise<void>,
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
