import {
  labelsOf,
  projectLabels,
  type ProjectContext,
  selectorOf,
  type ServiceContext,
} from './context.ts';
import { type Draft, type DraftMap, type DraftObject, filled, from } from './draft.ts';
import { objectName } from './names.ts';
import { at, entriesOf, exists, isTrue, itemsOf, numberOf, type Place, textOf } from './place.ts';

const LABEL = 'network.bowline';

/** Which networks there are, by key, and whether they keep services apart. A cluster has one network that connects all. */
interface Networks {
  readonly separate: boolean;
  readonly internal: ReadonlySet<string>;
}

const known = new WeakMap<ProjectContext, Networks>();

function networksIn(context: ProjectContext): Networks {
  const before = known.get(context);
  if (before !== undefined) return before;
  const internal = new Set(
    entriesOf(at(context.root, 'networks')).flatMap(([key, network]) =>
      isTrue(at(network, 'internal')) ? [key] : [],
    ),
  );
  const joined = context.services.flatMap(({ place }) => {
    const keys = networksOf(place);
    return keys.length === 0 ? [] : [keys];
  });
  const [first = [], ...rest] = joined;
  const common = first.filter((key) => rest.every((keys) => keys.includes(key)));
  const networks = { separate: joined.length > 1 && common.length === 0, internal };
  known.set(context, networks);
  return networks;
}

function networksOf(service: Place): readonly string[] {
  return entriesOf(at(service, 'networks')).map(([key]) => key);
}

/** Labels by which policies find the pods of a network; none where all services share one. */
export function networkLabels({ place, parent }: ServiceContext): DraftMap {
  if (!networksIn(parent).separate) return {};
  return Object.fromEntries(
    entriesOf(at(place, 'networks')).map(([key, membership]) => [
      `${LABEL}/${objectName(key)}`,
      from('true', membership),
    ]),
  );
}

/** Policies where the networks of the file keep services apart; where they do not, none. */
export function networkPolicies(context: ProjectContext): readonly DraftObject[] {
  const { separate, internal } = networksIn(context);
  const within = separate
    ? entriesOf(at(context.root, 'networks')).map(([key]) => networkPolicy(context, key))
    : [];
  const alone = context.services.flatMap((service): readonly DraftObject[] => {
    if (textOf(at(service.place, 'network_mode')) === 'none') return [closed(service)];
    const keys = networksOf(service.place);
    const isInside = keys.length > 0 && keys.every((key) => internal.has(key));
    return [...(separate ? published(service) : []), ...(isInside ? [inside(service, keys)] : [])];
  });
  settleNetworks(context);
  return [...within, ...alone];
}

function policy(
  context: ProjectContext,
  {
    name,
    labels,
    spec,
  }: { readonly name: string; readonly labels: DraftMap; readonly spec: DraftMap },
): DraftObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: context.namespace, labels },
    spec,
  };
}

function networkPolicy(context: ProjectContext, key: string): DraftObject {
  const members = { matchLabels: { [`${LABEL}/${objectName(key)}`]: 'true' } };
  return policy(context, {
    name: `network-${objectName(key)}`,
    labels: projectLabels(context),
    spec: {
      podSelector: members,
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: members }] }],
    },
  });
}

/** What is published may be reached from everywhere. */
function published(context: ServiceContext): readonly DraftObject[] {
  const ports = itemsOf(at(context.place, 'ports')).map((item) => ({
    port: numberOf(at(item, 'target')),
    protocol: (textOf(at(item, 'protocol')) ?? 'tcp').toUpperCase(),
  }));
  const isExposed = exists(at(context.place, 'x-bowline', 'expose'));
  if (ports.length === 0 && !isExposed) return [];
  return [
    policy(context.parent, {
      name: `${context.name}-published`,
      labels: labelsOf(context),
      spec: {
        podSelector: { matchLabels: selectorOf(context) },
        policyTypes: ['Ingress'],
        ingress: [{ ports: filled(ports) }],
      },
    }),
  ];
}

/** Nothing outside: the names of the cluster, and the services of the same networks. */
function inside(context: ServiceContext, keys: readonly string[]): DraftObject {
  const { parent } = context;
  const { separate } = networksIn(parent);
  const peers: readonly Draft[] = separate
    ? keys.map((key) => ({
        podSelector: { matchLabels: { [`${LABEL}/${objectName(key)}`]: 'true' } },
      }))
    : [{ podSelector: {} }];
  const dns = ['UDP', 'TCP'].map((protocol) => ({ port: 53, protocol }));
  const sources = keys.map((key) => at(parent.root, 'networks', key, 'internal'));
  return policy(parent, {
    name: `${context.name}-internal`,
    labels: labelsOf(context),
    spec: {
      podSelector: { matchLabels: selectorOf(context) },
      policyTypes: from(['Egress'], ...sources),
      egress: [{ to: peers }, { to: [{ namespaceSelector: {} }], ports: dns }],
    },
  });
}

function closed(context: ServiceContext): DraftObject {
  return policy(context.parent, {
    name: `${context.name}-closed`,
    labels: labelsOf(context),
    spec: {
      podSelector: { matchLabels: selectorOf(context) },
      policyTypes: from(['Ingress', 'Egress'], at(context.place, 'network_mode')),
    },
  });
}

function settleNetworks(context: ProjectContext): void {
  const { account, root, services } = context;
  const { separate, internal } = networksIn(context);
  for (const [key, network] of entriesOf(at(root, 'networks'))) {
    account.default(
      at(network, 'name'),
      separate ? 'pods have a label for it' : 'all pods reach each other',
    );
    if (exists(at(network, 'external')))
      account.default(at(network, 'external'), 'a cluster has one network that connects all');
    const leaf = at(network, 'internal');
    if (exists(leaf) && !internal.has(key)) account.default(leaf, 'pods reach what is outside');
    else if (exists(leaf)) account.handled(leaf, 'no service is on this network only');
  }
  if (separate) return;
  for (const { place } of services)
    for (const [, membership] of entriesOf(at(place, 'networks')))
      if (!exists(membership)) account.default(membership, 'all pods reach each other');
}
