import { chown, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { runCommand } from '../../../host/run-command.ts';
import { InitFailure } from './init-failure.ts';

/**
 * Copies a stopped cluster into an empty folder. The databases are copied at the same time: making a thousand small files
 * is work of the kernel, and it can do that in several folders at once.
 *
 * @throws {InitFailure} with what `cp` says, as in "No space left on device".
 */
export async function copyCluster(from: string, to: string, signal: AbortSignal): Promise<void> {
  const names = (await readdir(from)).filter((name) => name !== 'base');
  const databases = await readdir(join(from, 'base'));
  await mkdir(join(to, 'base'), { mode: 0o700 });
  const { uid, gid } = await stat(join(from, 'base'));
  if (uid !== process.getuid?.()) await chown(join(to, 'base'), uid, gid);
  const results = await Promise.allSettled([
    copy(
      names.map((name) => join(from, name)),
      to,
      signal,
    ),
    ...databases.map((name) => copy([join(from, 'base', name)], join(to, 'base'), signal)),
  ]);
  signal.throwIfAborted();
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Copies files and folders with all that belongs to them into a folder. */
export async function copy(
  sources: readonly string[],
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const options = process.platform === 'darwin' ? ['-Rp'] : ['-a', '--reflink=auto'];
  const { exit, stderr } = await runCommand(['cp', ...options, ...sources, `${target}/`], {
    environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    signal,
  });
  if (exit.kind === 'code' && exit.code === 0) return;
  throw new InitFailure('the new cluster could not be copied', stderr.trim().split('\n').slice(-5));
}
