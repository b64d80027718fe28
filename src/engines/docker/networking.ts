import type { Port, Project, Service } from '../../model/project.ts';
import {
  defined,
  listOf,
  numberOf,
  type Section,
  sectionOf,
  textMapOf,
  textOf,
  textsOf,
} from './json.ts';

/** How a container is connected. */
export interface Networking {
  /** For `HostConfig.NetworkMode`: a network, or `host`, `none`, `container:id`. */
  readonly mode: string;
  /** By engine name, first the one that it is created with. */
  readonly endpoints: readonly { readonly network: string; readonly settings: object }[];
}

export interface NetworkingOptions {
  readonly project: Project;
  readonly service: Service;
  /** In canonical form. */
  readonly canonical: Section;
  readonly containerName: string;
  /** Id or name of the container of `service:NAME`. */
  readonly containerOf: (service: string) => string;
}

export function networkingOf(options: NetworkingOptions): Networking {
  const { canonical, project } = options;
  const mode = textOf(canonical['network_mode']);
  if (mode !== undefined && mode !== '') {
    return { mode: resolveNamespace(mode, options.containerOf), endpoints: [] };
  }
  const networks = Object.entries(sectionOf(canonical['networks'])).map(([key, settings]) => ({
    key,
    network: project.networks.find((each) => each.key === key)?.name ?? key,
    settings: sectionOf(settings),
  }));
  // As Docker Compose: the highest priority first, then by name.
  const ordered = networks.toSorted(
    (one, other) =>
      (numberOf(other.settings['priority']) ?? 0) - (numberOf(one.settings['priority']) ?? 0) ||
      (one.key < other.key ? -1 : 1),
  );
  const first = ordered[0];
  if (first === undefined) return { mode: 'none', endpoints: [] };
  return {
    mode: first.network,
    endpoints: ordered.map(({ network, settings }) => ({
      network,
      settings: endpointOf(settings, options),
    })),
  };
}

/** `service:db` becomes `container:…`; everything else is the engine's own word. */
export function resolveNamespace(mode: string, containerOf: (service: string) => string): string {
  return mode.startsWith('service:') ? `container:${containerOf(mode.slice(8))}` : mode;
}

function endpointOf(settings: Section, options: NetworkingOptions): object {
  const { service, containerName, canonical } = options;
  const addresses = defined({
    IPv4Address: textOf(settings['ipv4_address']),
    IPv6Address: textOf(settings['ipv6_address']),
    ...(listOf(settings['link_local_ips']).length > 0 && {
      LinkLocalIPs: textsOf(settings['link_local_ips']),
    }),
  });
  const driverOptions = {
    ...textMapOf(settings['driver_opts']),
    ...(settings['interface_name'] !== undefined && {
      'com.docker.network.endpoint.ifname': textOf(settings['interface_name']) ?? '',
    }),
  };
  return defined({
    Aliases: [...new Set([containerName, service.name, ...textsOf(settings['aliases'])])],
    IPAMConfig: Object.keys(addresses).length > 0 ? addresses : undefined,
    MacAddress: textOf(settings['mac_address']) ?? textOf(canonical['mac_address']),
    GwPriority: numberOf(settings['gw_priority']),
    DriverOpts: Object.keys(driverOptions).length > 0 ? driverOptions : undefined,
    Links: linksOf(options),
  });
}

/** `db:database` names a service, an external link a container. */
function linksOf({ canonical, containerOf }: NetworkingOptions): readonly string[] | undefined {
  const links = textsOf(canonical['links']).map((link) => {
    const [service = '', alias = service] = link.split(':');
    return `${containerOf(service)}:${alias}`;
  });
  const external = textsOf(canonical['external_links']).map((link) => {
    const [container = '', alias = container] = link.split(':');
    return `${container}:${alias}`;
  });
  return links.length + external.length > 0 ? [...links, ...external] : undefined;
}

export interface PortFields {
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly PortBindings: Readonly<Record<string, readonly object[]>>;
}

export function portsOf(ports: readonly Port[], exposed: readonly string[]): PortFields {
  const keys = [
    ...ports.map(({ target, protocol }) => `${target}/${protocol}`),
    ...exposed.map((each) => (each.includes('/') ? each : `${each}/tcp`)),
  ];
  const bindings: Record<string, object[]> = {};
  for (const { target, protocol, hostIp, published } of ports) {
    const bound = (bindings[`${target}/${protocol}`] ??= []);
    bound.push({ HostIp: hostIp ?? '', HostPort: published ?? '' });
  }
  return {
    ExposedPorts: Object.fromEntries(keys.map((key) => [key, {}])),
    PortBindings: bindings,
  };
}
