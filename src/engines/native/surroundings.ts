import { join } from 'node:path';

import {
  anonymousVolumeOf,
  type Project,
  type Service,
  type ServiceName,
} from '../../model/project.ts';
import type { NativeImage } from './image.ts';
import type { Surroundings, View } from './isolation.ts';

export interface Places {
  /** Folder of the project's volumes. */
  readonly volumes: string;
  /** Folder of the service's own: temporary file systems, contents of secrets. */
  readonly own: string;
  readonly service: string;
}

/** What a service sees of this machine: its image's files, mounts, secrets and the names of the others. */
export function surroundingsOf(
  project: Project,
  service: Service,
  {
    image,
    places,
    addresses,
  }: {
    readonly image: Pick<NativeImage, 'root' | 'paths'>;
    readonly places: Places;
    readonly addresses: ReadonlyMap<ServiceName, string>;
  },
): Surroundings {
  return {
    views: [
      ...imageViews(image),
      ...mountViews(project, service, places),
      ...grantViews(project, service, places),
    ],
    hosts: hostsOf(project, service, addresses),
  };
}

function imageViews({ root, paths }: Pick<NativeImage, 'root' | 'paths'>): readonly View[] {
  if (root === undefined) return [];
  return paths.map((path) => ({
    source: join(root, path),
    target: path,
    readOnly: false,
    merge: true,
  }));
}

function mountViews(project: Project, service: Service, places: Places): readonly View[] {
  return service.mounts.flatMap((mount): readonly View[] => {
    const { target } = mount;
    switch (mount.kind) {
      case 'bind':
        return [{ source: mount.source, target, readOnly: mount.readOnly }];
      case 'volume':
        return [{ source: volumeFolder(project, mount, places), target, readOnly: mount.readOnly }];
      case 'tmpfs':
        return [{ source: ownFolder(places, 'tmpfs', target), target, readOnly: false }];
      case 'other':
        return [];
    }
  });
}

/** Where the data of a volume lies; an anonymous one belongs to its service. */
export function volumeFolder(
  project: Project,
  { source, target }: { readonly source?: string; readonly target: string },
  places: Places,
): string {
  const volume = project.volumes.find(({ key }) => key === source);
  return volume === undefined
    ? join(places.volumes, anonymousVolumeOf(project.name, places.service, target))
    : join(places.volumes, volume.name);
}

/** A folder of the service's own for one path inside the container. */
export function ownFolder(
  { own }: Places,
  kind: 'tmpfs' | 'secrets' | 'configs',
  target: string,
): string {
  return join(own, kind, encodeURIComponent(target));
}

function grantViews(project: Project, service: Service, places: Places): readonly View[] {
  const view = (kind: 'secrets' | 'configs') =>
    service[kind].flatMap(({ source, target }): readonly View[] => {
      const from = project[kind].find(({ key }) => key === source);
      if (from === undefined || from.kind === 'external') return [];
      const file = from.kind === 'file' ? from.path : ownFolder(places, kind, target);
      return [{ source: file, target, readOnly: true }];
    });
  return [...view('secrets'), ...view('configs')];
}

function hostsOf(
  project: Project,
  service: Service,
  addresses: ReadonlyMap<ServiceName, string>,
): ReadonlyMap<string, string> {
  const hosts = new Map<string, string>([
    ['host.docker.internal', '127.0.0.1'],
    ['gateway.docker.internal', '127.0.0.1'],
  ]);
  for (const each of project.services) {
    const address = addresses.get(each.name) ?? '127.0.0.1';
    const names = [each.name, ...each.aliases, each.containerName, each.hostname];
    for (const name of names) if (name !== undefined) hosts.set(name, address);
  }
  for (const [name, address] of service.extraHosts) {
    hosts.set(name, address === 'host-gateway' ? '127.0.0.1' : address);
  }
  return hosts;
}
