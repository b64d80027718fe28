import type { ServiceAddress } from '../../engine/connection.ts';
import type { KubernetesObject } from './object.ts';

/** What leads to a service from outside of its cluster, as far as it says where. */
export interface Edges {
  readonly services: readonly EdgeService[];
  readonly ingresses: readonly Ingress[];
  /** Empty where we may not look at them. */
  readonly nodes: readonly Node[];
}

export interface EdgeService extends KubernetesObject {
  readonly spec?: {
    readonly type?: string;
    readonly ports?: readonly {
      readonly port: number;
      readonly targetPort?: number | string;
      readonly nodePort?: number;
      readonly protocol?: string;
    }[];
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

export interface Ingress extends KubernetesObject {
  readonly spec?: {
    readonly tls?: readonly { readonly hosts?: readonly string[] }[];
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths?: readonly {
          readonly backend?: {
            readonly service?: { readonly port?: { readonly number?: number } };
          };
        }[];
      };
    }[];
  };
}

export interface Node extends KubernetesObject {
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

/** Names of hosts first, then what balances the load, then ports of nodes. */
export function addressesOf(
  edges: Edges,
  target: { readonly server: string },
): readonly ServiceAddress[] {
  const { services, ingresses } = edges;
  return [
    ...ingresses.flatMap(hostsOf),
    ...services.flatMap(balanced),
    ...nodePortsOf(edges, target),
  ];
}

/** Ports of a node; where nodes may not be looked at, of the machine on which the API server is. */
export function nodePortsOf(
  { services, nodes }: Pick<Edges, 'services' | 'nodes'>,
  { server }: { readonly server: string },
): readonly ServiceAddress[] {
  const node = nodeAddress(nodes) ?? new URL(server).hostname.replaceAll(/^\[|\]$/g, '');
  return services.flatMap((service) => onNodes(service, node));
}

function hostsOf({ spec }: Ingress): readonly ServiceAddress[] {
  const secured = new Set((spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts));
  return (spec?.rules ?? []).flatMap(({ host, http }): readonly ServiceAddress[] => {
    const target = http?.paths?.[0]?.backend?.service?.port?.number ?? 80;
    // A name that stands for many is no address.
    if (host === undefined || host.includes('*')) return [];
    return secured.has(host)
      ? [{ host, port: 443, target, scheme: 'https' }]
      : [{ host, port: 80, target, scheme: 'http' }];
  });
}

function balanced({ spec, status }: EdgeService): readonly ServiceAddress[] {
  const place = status?.loadBalancer?.ingress?.[0];
  const host = place?.hostname ?? place?.ip;
  if (host === undefined) return [];
  return tcpPorts(spec).map(({ port, target }) => ({ host, port, target }));
}

function onNodes({ spec }: EdgeService, host: string): readonly ServiceAddress[] {
  return tcpPorts(spec).flatMap(({ nodePort, target }) =>
    nodePort === undefined ? [] : [{ host, port: nodePort, target }],
  );
}

function tcpPorts(spec: EdgeService['spec']): readonly {
  readonly port: number;
  readonly nodePort?: number;
  readonly target: number;
}[] {
  return (spec?.ports ?? [])
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .map(({ port, targetPort, nodePort }) => ({
      port,
      target: typeof targetPort === 'number' ? targetPort : port,
      ...(nodePort !== undefined && { nodePort }),
    }));
}

function nodeAddress(nodes: readonly Node[]): string | undefined {
  const all = nodes.flatMap(({ status }) => status?.addresses ?? []);
  const outer = all.find(({ type }) => type === 'ExternalIP');
  return (outer ?? all.find(({ type }) => type === 'InternalIP'))?.address;
}
