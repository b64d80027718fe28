import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Copies a file or folder as it is: modes, times, links. Shares the blocks where the file system can, so that even a
 * large tree is copied at once.
 *
 * @param to - must not exist; its folder must. Unless `contents` is set: then the contents of the folder `from` go into
 *   the folder `to`, over what is there.
 */
export async function copyTree(
  from: string,
  to: string,
  { signal, contents = false }: { readonly signal: AbortSignal; readonly contents?: boolean },
): Promise<void> {
  const source = contents ? `${from}/.` : from;
  // A copy made by another user keeps no owner: that is no error.
  const how =
    process.platform === 'linux'
      ? ['-R', '--preserve=mode,timestamps,links', '-P', '--reflink=auto', '-T']
      : ['-RPpc'];
  await run('cp', [...how, '--', source, to], {
    signal,
    env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' },
  });
}
