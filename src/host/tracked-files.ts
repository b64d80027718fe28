import { basename, dirname, join } from 'node:path';

import { runCommand } from './run-command.ts';

export interface TrackedFilesOptions {
  readonly signal: AbortSignal;
  /** Of the process: where git is found, and whose settings count. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Longer than git takes for a question about a few files. */
const TIMEOUT_MS = 3_000;

/**
 * Which of these files git keeps. None where there is no git, no repository, or one that git does not trust.
 *
 * @param paths Absolute.
 */
export async function trackedFiles(
  paths: readonly string[],
  options: TrackedFilesOptions,
): Promise<ReadonlySet<string>> {
  const folders = new Set(paths.map((path) => dirname(path)));
  const found = await Promise.all(
    [...folders].map(async (folder) => {
      const names = paths.filter((path) => dirname(path) === folder).map((path) => basename(path));
      return (await trackedIn(folder, names, options)).map((name) => join(folder, name));
    }),
  );
  return new Set(found.flat());
}

async function trackedIn(
  folder: string,
  names: readonly string[],
  { signal, environment }: TrackedFilesOptions,
): Promise<readonly string[]> {
  const { PATH = '', HOME = '' } = environment;
  // A repository may name a program that git starts to learn of changes: not here.
  const settings = ['--literal-pathspecs', '-c', 'core.fsmonitor=false'];
  try {
    const { exit, stdout } = await runCommand(
      ['git', ...settings, 'ls-files', '-z', '--', ...names],
      {
        cwd: folder,
        environment: { PATH, HOME, GIT_OPTIONAL_LOCKS: '0' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      },
    );
    return exit.kind === 'code' && exit.code === 0
      ? stdout.split('\0').filter((name) => name !== '')
      : [];
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
