import { stat } from 'node:fs/promises';

import { errorCodeOf } from '../../../host/error-code.ts';
import type { UnitSpec } from '../unit.ts';

/** Why the processes of a unit could not be made, in one line. The system's own words blame the wrong file. */
export async function spawnFailureOf(
  error: unknown,
  { name, cwd, runAs }: UnitSpec,
): Promise<string> {
  const code = errorCodeOf(error);
  const why = await reasonOf(code, { cwd, runAs });
  return `unit ${name} cannot be started: ${why ?? (error instanceof Error ? error.message : String(error))}`;
}

async function reasonOf(
  code: string | undefined,
  { cwd, runAs }: { readonly cwd: string; readonly runAs: UnitSpec['runAs'] },
): Promise<string | undefined> {
  switch (code) {
    case 'ENOENT':
      return (await isFolder(cwd)) ? undefined : `its working directory ${cwd} does not exist`;
    case 'ENOTDIR':
      return `its working directory ${cwd} is not a folder`;
    case 'EACCES':
      return `its working directory ${cwd} may not be entered${runAs === undefined ? '' : ` by user ${runAs.uid}`}`;
    case 'E2BIG':
      return 'its arguments and environment are larger than the system allows';
    case 'EPERM':
      return runAs === undefined ? undefined : `only root may run it as user ${runAs.uid}`;
    case 'EAGAIN':
      return 'this user may not have more processes';
    case undefined:
    default:
      return undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
