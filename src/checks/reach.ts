import type { Project, Service } from '../model/project.ts';
import { keysAt, valueAt } from './names.ts';

/** Who is reached under which name from within the project. */
export interface Reach {
  /** The service of a name, an alias, a host name or a container name; names are compared without regard to case. */
  readonly find: (host: string) => Service | undefined;
  /** Names that only this service can resolve: those of `extra_hosts` and links. */
  readonly ownNames: (service: Service) => ReadonlySet<string>;
  /** Does it see only the project's own networks? Elsewhere there may be any name. */
  readonly isEnclosed: (service: Service) => boolean;
}

export function reachIn(project: Project): Reach {
  const names = new Map<string, Service>();
  for (const service of project.services)
    for (const name of namesOf(service))
      if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), service);
  return {
    find: (host) => names.get(host.toLowerCase()),
    ownNames: (service) => ownNames(project, service),
    isEnclosed: (service) => isEnclosed(project, service),
  };
}

function namesOf({ name, aliases, hostname, containerName }: Service): readonly string[] {
  return [name, ...aliases, ...[hostname, containerName].filter((each) => each !== undefined)];
}

function ownNames(project: Project, { name, extraHosts }: Service): ReadonlySet<string> {
  const linked = ['links', 'external_links'].flatMap((key) => {
    const links = valueAt(project, 'services', name, key);
    return Array.isArray(links) ? links.map((link) => String(link).replace(/^.*:/, '')) : [];
  });
  return new Set([...extraHosts.keys(), ...linked].map((each) => each.toLowerCase()));
}

function isEnclosed(project: Project, { name }: Service): boolean {
  if (typeof valueAt(project, 'services', name, 'network_mode') === 'string') return false;
  return keysAt(project, 'services', name, 'networks').every(
    (network) => valueAt(project, 'networks', network, 'external') !== true,
  );
}
