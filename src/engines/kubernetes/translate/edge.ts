import { labelsOf, selectorOf, type ServiceContext } from './context.ts';
import { type Draft, type DraftMap, type DraftObject, from } from './draft.ts';
import { isPortName, portsOf } from './ports.ts';
import { at, exists, isTrue, itemsOf, numberOf, type Place, textOf } from './place.ts';

/** How a service is reached from outside: published ports as a Service of their own, a host name as an Ingress or a route. */
export function edgeObjects(context: ServiceContext): readonly DraftObject[] {
  const expose = at(context.place, 'x-bowline', 'expose');
  const ports = itemsOf(at(context.place, 'ports'));
  for (const port of ports) settlePort(context, port);
  const host = at(expose, 'host');
  const routed = exists(host) ? [hostObject(context, expose, host)] : [];
  const published = publishedService(context, ports, expose);
  return [...(published === undefined ? [] : [published]), ...routed];
}

function settlePort({ parent: { account } }: ServiceContext, port: Place): void {
  const address = at(port, 'host_ip');
  const text = textOf(address);
  if (text !== undefined) {
    if (isLoopback(text)) account.default(address, 'nothing outside of the cluster reaches it');
    else
      account.unsupported(
        address,
        'a Service has an address of its own',
        'Leave it out, and say with x-bowline.expose who may reach the port.',
      );
  }
  const mode = at(port, 'mode');
  if (textOf(mode) === 'host')
    account.unsupported(mode, 'a Service publishes the port', 'Leave it out.');
  else if (exists(mode)) account.default(mode, 'a Service publishes the port');
  const name = at(port, 'name');
  if (exists(name) && !isPortName(textOf(name) ?? ''))
    account.unsupported(
      name,
      'the port is named by its number',
      'Write at most 15 small letters, digits and dashes.',
    );
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** One Service with the numbers that were published, in front of those on which the service listens. */
function publishedService(
  context: ServiceContext,
  ports: readonly Place[],
  expose: Place,
): DraftObject | undefined {
  const published = ports.filter(
    (port) => exists(at(port, 'published')) && textOf(at(port, 'published')) !== '',
  );
  const asks = exists(at(expose, 'node_port')) || isTrue(at(expose, 'load_balancer'));
  const listens = portsOf(context);
  if (published.length === 0 && !(asks && listens.length > 0)) return undefined;
  if (!asks && !exists(at(expose, 'host'))) warnUnexposed(context, published);
  const kind = kindOf(context, expose);
  const nodePort = at(expose, 'node_port');
  const written = published.map(publishedPort);
  const all: readonly DraftMap[] =
    written.length > 0
      ? oncePerPort(written)
      : listens.slice(0, 1).map(({ name, number, protocol }) => ({
          name,
          port: number,
          targetPort: number,
          protocol,
        }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: `${context.name}-published`,
      namespace: context.parent.namespace,
      labels: labelsOf(context),
    },
    spec: {
      type: kind,
      selector: selectorOf(context),
      ports: all.map((port, index) => ({
        ...port,
        nodePort: index === 0 && exists(nodePort) ? from(numberOf(nodePort), nodePort) : undefined,
      })),
    },
  };
}

function kindOf({ parent: { account } }: ServiceContext, expose: Place): Draft {
  const balancer = at(expose, 'load_balancer');
  if (isTrue(balancer)) return from('LoadBalancer', balancer);
  if (exists(balancer)) account.default(balancer, 'none is asked for');
  return exists(at(expose, 'node_port')) ? 'NodePort' : undefined;
}

function publishedPort(port: Place): DraftMap {
  const target = numberOf(at(port, 'target')) ?? 0;
  const published = at(port, 'published');
  // Of a range any will do: the first.
  const number = Number((textOf(published) ?? '').split('-', 1)[0]);
  const protocol = (textOf(at(port, 'protocol')) ?? 'tcp').toUpperCase();
  const name = textOf(at(port, 'name')) ?? '';
  return {
    name: isPortName(name) ? from(name, at(port, 'name')) : `${protocol.toLowerCase()}-${number}`,
    port: from(number, published),
    targetPort: target,
    protocol: from(protocol, at(port, 'protocol')),
    appProtocol: from(textOf(at(port, 'app_protocol')), at(port, 'app_protocol')),
  };
}

/** One number may be published on several addresses. */
function oncePerPort(ports: readonly DraftMap[]): readonly DraftMap[] {
  const found = new Map<string, DraftMap>();
  for (const port of ports) {
    const key = JSON.stringify([port['port'], port['protocol']]);
    if (!found.has(key)) found.set(key, port);
  }
  return [...found.values()];
}

function warnUnexposed(
  { parent: { account }, service }: ServiceContext,
  published: readonly Place[],
): void {
  const open = published.filter((port) => !isLoopback(textOf(at(port, 'host_ip')) ?? ''));
  const [first] = open;
  if (first === undefined) return;
  const number = textOf(at(first, 'published')) ?? '';
  account.warn({
    code: 'kubernetes/not-exposed',
    message: `port ${number} of ${service.name} is reachable inside the cluster only`,
    help: `Say how it is to be reached from outside, as in x-bowline: {expose: {node_port: 30080}} with load_balancer or host instead; or forward it while you look: bowline port-forward ${service.name} ${number}.`,
    place: first,
  });
}

function hostObject(context: ServiceContext, expose: Place, host: Place): DraftObject {
  const port = portsOf(context).find(({ protocol }) => protocol === 'TCP')?.number ?? 80;
  const gateway = at(expose, 'gateway');
  const metadata = {
    name: context.name,
    namespace: context.parent.namespace,
    labels: labelsOf(context),
  };
  if (exists(gateway)) return route({ metadata, port, host, gateway });
  const tls = at(expose, 'tls_secret');
  const className = at(expose, 'ingress_class');
  const backend = { service: { name: context.name, port: { number: port } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata,
    spec: {
      ingressClassName: from(textOf(className), className),
      tls: exists(tls)
        ? [{ hosts: [textOf(host)], secretName: from(textOf(tls), tls) }]
        : undefined,
      rules: [
        {
          host: from(textOf(host), host),
          http: { paths: [{ path: '/', pathType: 'Prefix', backend }] },
        },
      ],
    },
  };
}

interface Route {
  readonly metadata: DraftObject['metadata'];
  readonly port: number;
  readonly host: Place;
  readonly gateway: Place;
}

function route({ metadata, port, host, gateway }: Route): DraftObject {
  const [namespace, name] = splitName(textOf(gateway) ?? '');
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata,
    spec: {
      parentRefs: [
        {
          name: from(name, gateway),
          namespace: namespace === undefined ? undefined : from(namespace, gateway),
        },
      ],
      hostnames: [from(textOf(host), host)],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: metadata.name, port }],
        },
      ],
    },
  };
}

function splitName(text: string): readonly [namespace: string | undefined, name: string] {
  const slash = text.indexOf('/');
  return slash < 0 ? [undefined, text] : [text.slice(0, slash), text.slice(slash + 1)];
}
