import { mkdir, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

import type { ProjectDirectories } from '../../../host/directories.ts';
import { makePrivateFolder } from '../../../host/socket-path.ts';
import { spawnAnnouncing } from '../../../host/spawn-announcing.ts';
import { newerVersion, notStarting, socketFailureOf, stuck } from './daemon-failures.ts';
import { type Announcement, daemonSocketOf } from './protocol.ts';
import { checkSocketPath } from '../../../host/socket-path.ts';

/** The files of this program that run as processes of their own. Absolute paths. */
export interface Programs {
  /** The interpreter. */
  readonly node: string;
  readonly daemon: string;
  readonly gate: string;
  /** Differs whenever the files do: a daemon of another build is replaced. */
  readonly build: string;
}

export interface StartDaemonOptions {
  readonly directories: ProjectDirectories;
  readonly programs: Programs;
  /** See `RunDaemonOptions`. */
  readonly lingerMs?: number;
  readonly signal: AbortSignal;
}

const maxErrorsBytes = 1 << 20;

/**
 * Starts the daemon, unless there is one, and returns when one answers.
 *
 * @throws {RunError} when there can be none.
 */
export async function startDaemon(options: StartDaemonOptions): Promise<void> {
  const { directories, programs, lingerMs, signal } = options;
  try {
    checkSocketPath(daemonSocketOf(directories));
    await mkdir(directories.state, { recursive: true, mode: 0o700 });
    await makePrivateFolder(directories.sockets);
  } catch (error) {
    throw socketFailureOf(error);
  }
  const errors = join(directories.state, 'daemon.log');
  const before = await trimmed(errors);
  const word = await spawnAnnouncing(
    [
      programs.node,
      programs.daemon,
      JSON.stringify({ directories, build: programs.build, lingerMs }),
    ],
    { errors, signal },
  );
  if (word.kind === 'silent')
    throw notStarting('it ended at once', await lastLines(errors, before));
  const announcement: Announcement = JSON.parse(word.line);
  if (announcement.kind === 'newer') {
    throw newerVersion(announcement.writtenBy, [announcement.path]);
  }
  if (announcement.kind === 'taken' && !announcement.answers) throw stuck(announcement);
}

/** Empties a file that has grown too large, and says how long it is. */
async function trimmed(path: string): Promise<number> {
  try {
    const { size } = await stat(path);
    if (size <= maxErrorsBytes) return size;
    await truncate(path);
  } catch {
    // There is none.
  }
  return 0;
}

async function lastLines(path: string, from: number): Promise<readonly string[]> {
  const text = (await readFile(path)).subarray(from).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .slice(-12);
}
