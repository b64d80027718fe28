import { type Dirent, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Bed } from './layout.ts';
import { until } from './until.ts';

const ROOT = '/sys/fs/cgroup';

/** Takes away the bed's control groups, in each hierarchy; their processes must have ended. */
export async function removeCgroups(bed: Bed): Promise<void> {
  await until(`the control groups ${bed.cgroup} to be empty`, () =>
    cgroupsOf(bed)
      .map(remove)
      .every((isGone) => isGone),
  );
}

function cgroupsOf({ cgroup }: Bed): readonly string[] {
  const hierarchies = ['', ...foldersIn(ROOT)];
  return hierarchies
    .filter((each) => foldersIn(join(ROOT, each)).includes(cgroup))
    .map((each) => join(ROOT, each, cgroup));
}

function remove(folder: string): boolean {
  const children = foldersIn(folder).map((name) => remove(join(folder, name)));
  if (!children.every((isGone) => isGone)) return false;
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return foldersIn(folder).length === 0 && !exists(folder);
  }
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry: Dirent) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function exists(folder: string): boolean {
  return foldersIn(join(folder, '..')).includes(folder.split('/').at(-1) ?? '');
}
