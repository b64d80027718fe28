import { type Dirent, existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

import type { RootfulBed } from './layout.ts';
import { until } from './until.ts';

const ROOT = '/sys/fs/cgroup';

/** Makes the bed's control group in each hierarchy, for those who want it to be there. */
export function makeCgroups({ cgroup }: RootfulBed): void {
  const hierarchies = foldersIn(ROOT).filter((name) => hasProcesses(join(ROOT, name)));
  const isUnified = hasProcesses(ROOT);
  for (const each of isUnified ? [''] : hierarchies) {
    mkdirSync(join(ROOT, each, cgroup), { recursive: true });
  }
}

/** Takes away the bed's control groups, in each hierarchy; their processes must have ended. */
export async function removeCgroups(bed: RootfulBed): Promise<void> {
  await until(`the control groups ${bed.cgroup} to be empty`, () =>
    cgroupsOf(bed)
      .map(remove)
      .every((isGone) => isGone),
  );
}

function hasProcesses(folder: string): boolean {
  return existsSync(join(folder, 'cgroup.procs'));
}

function cgroupsOf({ cgroup }: RootfulBed): readonly string[] {
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
    return !existsSync(folder);
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
