import type { Diagnostic } from '../model/diagnostic.ts';
import { differences } from '../model/nearest.ts';
import type { Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { type Endpoint, endpointsOf } from './endpoints.ts';
import { type Reach, reachIn } from './reach.ts';
import { serverOf } from './server-image.ts';
import { placeOfHost, replacing } from './written.ts';

/**
 * An address in the environment names a service of the project. Only addresses for which one can be told that was
 * meant: a database may well run outside of the project.
 */
export function checkHostNames(project: Project, facts: Facts): readonly Diagnostic[] {
  const reach = reachIn(project);
  const names = new Set(facts.services.map((name) => name.toLowerCase()));
  return project.services.flatMap((service) => {
    const endpoints = endpointsOf(service);
    if (endpoints.length === 0 || !reach.isEnclosed(service)) return [];
    const own = reach.ownNames(service);
    return endpoints.flatMap((endpoint): readonly Diagnostic[] => {
      const host = endpoint.host.text.toLowerCase();
      if (!/^[a-z][a-z0-9_-]*$/.test(host) || host === 'localhost') return [];
      if (reach.find(host) !== undefined || names.has(host) || own.has(host)) return [];
      const meant = meantBy(endpoint, service, project);
      return meant === undefined ? [] : [unknownHost({ service, endpoint, meant, reach }, facts)];
    });
  });
}

/** The only service that can have been meant: its name is near, or it is the only server of the kind. */
function meantBy(
  { host, servers }: Endpoint,
  user: Service,
  { services }: Project,
): Service | undefined {
  const others = services.filter(({ name }) => name !== user.name);
  const near = others.filter(({ name }) => isNear(host.text, name));
  const kind = others.filter((service) => {
    const server = serverOf(service);
    return server !== undefined && servers.includes(server.kind);
  });
  const [best, ...more] = near.length > 0 ? near : kind;
  return more.length > 0 ? undefined : best;
}

/** One slip in a short name, two in a long one; `web1` and `web2` are two names. */
function isNear(written: string, name: string): boolean {
  const [one, other] = [written.toLowerCase(), name.toLowerCase()];
  if (one.replaceAll(/\d+/g, '') === other.replaceAll(/\d+/g, '')) return false;
  const far = differences(one.replaceAll(/[_-]/g, ''), other.replaceAll(/[_-]/g, ''));
  const shorter = Math.min(one.length, other.length);
  return far <= (shorter < 6 ? 1 : 2) && far < shorter - 1;
}

interface UnknownHost {
  readonly service: Service;
  readonly endpoint: Endpoint;
  readonly meant: Service;
  readonly reach: Reach;
}

function unknownHost({ service, endpoint, meant }: UnknownHost, facts: Facts): Diagnostic {
  const { host, variable } = endpoint;
  return {
    code: 'compose/unknown-host',
    severity: 'warning',
    message: `${variable} of ${service.name} names the host "${host.text}", and no service has that name`,
    help: `Did you mean ${meant.name}? Services reach each other under their names.`,
    ...replacing({ part: host.text, by: meant.name, find: placeOfHost }, host.at, facts),
    related: [{ message: `${meant.name} is here`, at: meant.at }],
  };
}
