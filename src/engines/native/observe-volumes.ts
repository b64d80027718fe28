import { join } from 'node:path';

import { folderSize, type FolderSize } from '../../host/folder-size.ts';
import type { ObservedVolume, UsedBytes } from '../../model/observed-volume.ts';
import { isAnonymousVolumeOf } from '../../model/project.ts';
import { volumeUsersOf } from '../../model/volume-users.ts';
import type { NativeOptions } from './options.ts';
import { volumesOf } from './volumes.ts';

/** For all volumes together. */
const COUNTING_MS = 5000;

/** Volumes as folders of this machine: those of the file, then those that services have without a name. */
export async function observeVolumes(
  options: NativeOptions,
  { signal, count }: { readonly signal: AbortSignal; readonly count: boolean },
): Promise<readonly ObservedVolume[]> {
  const { project, directories } = options;
  const existing = await volumesOf(options);
  const users = volumeUsersOf(project);
  const named = project.volumes
    .filter(({ name }) => existing.includes(name) || (users.get(name) ?? []).length > 0)
    .map(({ name, external }) => ({
      name,
      services: users.get(name) ?? [],
      isExternal: external,
    }));
  const anonymous = existing
    .filter((name) => isAnonymousVolumeOf(project.name, name))
    .map((name) => ({ name, services: name.split('~').slice(1, 2), isExternal: false }));
  const counting = { signal, untilMs: performance.now() + COUNTING_MS };
  return Promise.all(
    [...named, ...anonymous].map(async (volume): Promise<ObservedVolume> => {
      const place = join(directories.volumes, volume.name);
      if (!existing.includes(volume.name)) return { ...volume, state: 'absent', place };
      const size = count ? await folderSize(place, counting) : undefined;
      return {
        ...volume,
        state: 'present',
        place,
        ...(size !== undefined && { used: usedOf(size, place) }),
      };
    }),
  );
}

function usedOf({ bytes, missing }: FolderSize, place: string): UsedBytes {
  if (missing === undefined) return { kind: 'counted', bytes };
  const hint =
    missing === 'time'
      ? `counting was stopped after ${COUNTING_MS / 1000} s; all of it: du -sh ${place}`
      : 'this user may not read all of it';
  return { kind: 'at-least', bytes, hint };
}
