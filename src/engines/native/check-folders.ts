import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';

import { errorCodeOf } from '../../host/error-code.ts';
import type { Finding } from '../../model/finding.ts';
import type { Service } from '../../model/project.ts';
import type { NativeOptions } from './options.ts';

/** The folders of bowline's own in which this user may not write, though they are needed for `services`. */
export async function checkFolders(
  services: readonly Service[],
  { directories }: Pick<NativeOptions, 'directories'>,
): Promise<readonly Finding[]> {
  if (services.length === 0) return [];
  const { state, cache, sockets, volumes } = directories;
  const hasVolumes = services.some(({ mounts }) => mounts.some(({ kind }) => kind === 'volume'));
  const needed = [
    { what: 'the state of the project', folder: state, variable: 'XDG_STATE_HOME' },
    { what: 'what can be made again', folder: cache, variable: 'XDG_CACHE_HOME' },
    { what: 'sockets', folder: sockets, variable: 'XDG_RUNTIME_DIR' },
    ...(hasVolumes ? [{ what: 'volumes', folder: volumes, variable: 'XDG_DATA_HOME' }] : []),
  ];
  const findings = await Promise.all(needed.map((each) => checkFolder(each)));
  return findings.flat();
}

interface NeededFolder {
  readonly what: string;
  readonly folder: string;
  /** Chooses another one. */
  readonly variable: string;
}

async function checkFolder({ what, folder, variable }: NeededFolder): Promise<readonly Finding[]> {
  const obstacle = await obstacleAt(folder);
  if (obstacle === undefined) return [];
  return [
    {
      code: 'native/folder-not-writable',
      cause: `the folder for ${what} cannot be written: ${folder}`,
      proof: [obstacle],
      fix: [`Give this user the right to write there, or set ${variable} to another folder.`],
    },
  ];
}

/** Why nothing can be made in `folder`; where it is not there yet, its nearest parent decides. */
async function obstacleAt(folder: string): Promise<string | undefined> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const code = errorCodeOf(error) ?? '';
    const parent = dirname(folder);
    if (code === 'ENOENT' && parent !== folder) return obstacleAt(parent);
    return `${folder}: ${OBSTACLES[code] ?? `the system says ${code}`}`;
  }
}

const OBSTACLES: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOTDIR: 'a file stands where a folder should be',
};
