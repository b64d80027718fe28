import { resolve } from 'node:path';

import { ComposeError } from '../model/diagnostic.ts';

/**
 * Writes what was asked for to where `--output` says.
 *
 * @throws {ComposeError} when there is no such place, so that the command line is wrong.
 */
export async function writeTo(
  { output, cwd }: { readonly output: string; readonly cwd: string },
  write: (path: string) => Promise<void> | void,
): Promise<void> {
  try {
    await write(resolve(cwd, output));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const found = WRONG_PLACES[code];
    if (found === undefined) throw error;
    throw new ComposeError(
      [
        {
          code: 'arguments/output',
          severity: 'error',
          message: `cannot write to ${output}: ${found.cause}`,
          help: found.help,
        },
      ],
      { sources: new Map() },
    );
  }
}

const WRONG_PLACES: Readonly<Record<string, { readonly cause: string; readonly help: string }>> = {
  ENOENT: { cause: 'its folder does not exist', help: 'Make the folder first, or name another.' },
  ENOTDIR: {
    cause: 'a part of its path is a file, not a folder',
    help: 'Name another place with -o.',
  },
  EEXIST: { cause: 'a file of that name is there', help: 'Name a folder, or remove the file.' },
  EISDIR: { cause: 'it is a folder', help: 'Name a file in it.' },
  ENAMETOOLONG: { cause: 'the name is too long', help: 'Name another place with -o.' },
  EINVAL: { cause: 'the system takes no such name', help: 'Name another place with -o.' },
};
