import { join } from 'node:path';

import { type ClusterState, clusterStateOf } from './data-folder.ts';
import { newestMajor } from './package-table.ts';
import { outsidePath, type PostgresService } from './postgres-service.ts';
import type { PostgresSettings } from './settings.ts';

/** Where a service's data are, and of which version. */
export interface ClusterPlace {
  readonly major: number;
  /** Path inside the container. */
  readonly inside: string;
  /** Absolute path on this machine. */
  readonly folder: string;
  readonly state: ClusterState;
  /** The version comes from the data, for the image names none. */
  readonly majorFrom: 'image' | 'data' | 'newest';
}

/** Data folder of the image; from 18 on it has the version in its name. */
function dataPathOf(major: number): string {
  return major >= 18 ? `/var/lib/postgresql/${major}/docker` : '/var/lib/postgresql/data';
}

/**
 * Finds the data of a service. An image without a version means the newest, unless there are data already: then theirs.
 *
 * @throws the system's error when the folder cannot be read.
 */
export async function clusterPlaceOf(
  service: PostgresService,
  { dataFolder }: PostgresSettings,
): Promise<ClusterPlace> {
  const { major } = service.image;
  const at = async (path: string): Promise<Pick<ClusterPlace, 'inside' | 'folder' | 'state'>> => {
    const inside = dataFolder ?? path;
    const folder = outsidePath(service.views, inside) ?? join(service.anonymous, 'data');
    return { inside, folder, state: await clusterStateOf(folder) };
  };
  if (major !== undefined) return { major, majorFrom: 'image', ...(await at(dataPathOf(major))) };
  for (let each = newestMajor; each >= 17; each -= 1) {
    const place = await at(dataPathOf(each));
    if (place.state.kind === 'ready') {
      return { major: place.state.major, majorFrom: 'data', ...place };
    }
  }
  return { major: newestMajor, majorFrom: 'newest', ...(await at(dataPathOf(newestMajor))) };
}
