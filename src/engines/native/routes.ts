import type { Route } from '../../gate/route.ts';
import type { Port, Service } from '../../model/project.ts';
import type { PortPlan } from './plan-ports.ts';
import { publishedOf } from './plan-ports.ts';
import type { UnitPort } from './unit.ts';

export interface ServicePorts {
  readonly routes: readonly Route[];
  /** As the user sees them. */
  readonly ports: readonly UnitPort[];
}

/** Docker publishes on every address; natively only this machine gets an answer unless the file names an address. */
const DEFAULT_HOST = '127.0.0.1';

/**
 * The gate's routes of one service, and its ports as `ps` shows them.
 *
 * @param options.address - of the service itself: where the others reach it.
 * @param options.host - where its program listens, as seen from this machine.
 * @param options.listening - the port that the program listens on, by target.
 * @param options.free - a free port for each target that may be published anywhere.
 */
export function servicePorts(
  plans: readonly PortPlan[],
  {
    address,
    host,
    listening,
    free,
  }: {
    readonly address: string;
    readonly host: string;
    readonly listening: ReadonlyMap<number, number>;
    readonly free: ReadonlyMap<number, number>;
  },
): ServicePorts {
  const routes = new Map<string, Route>();
  const add = (route: Route): void => {
    routes.set(`${route.protocol} ${route.listen.host} ${route.listen.port}`, route);
  };
  const ports = plans.map(({ kind, port }): UnitPort => {
    const { target, protocol } = port;
    const hostIp = hostOf(port);
    const published = publishedOf(port) ?? free.get(target) ?? 0;
    const to = { host, port: listening.get(target) ?? target };
    if (kind !== 'direct') {
      add({ listen: { host: hostIp, port: published }, to, protocol });
      if (hostIp === DEFAULT_HOST && protocol === 'tcp')
        add({ listen: { host: '::1', port: published }, to, protocol, optional: true });
    }
    // The others know the service by its own address and the port that it was given in the file.
    if (kind === 'moved') add({ listen: { host: address, port: target }, to, protocol });
    return { hostIp, published, target, protocol };
  });
  return { routes: [...routes.values()], ports };
}

function hostOf({ hostIp }: Port): string {
  return hostIp === undefined || hostIp === '' ? DEFAULT_HOST : hostIp;
}

/** Every port that the gate listens on for these services. */
export function publishedPorts(services: readonly Service[]): ReadonlySet<number> {
  return new Set(services.flatMap(({ ports }) => ports.flatMap((port) => publishedOf(port) ?? [])));
}
