import { isIP } from './is-ip.ts';
import type { ServiceContext } from './context.ts';
import { type Draft, type DraftMap, filled, filledMap, from } from './draft.ts';
import { at, exists, type Place, textOf, textsOf } from './place.ts';

/** What a pod is called, whom it knows by name, and whose namespaces it shares. */
export function podNetwork(context: ServiceContext): DraftMap {
  const { place } = context;
  settleNamespaces(context);
  const mode = at(place, 'network_mode');
  const isHost = textOf(mode) === 'host';
  return {
    hostNetwork: isHost ? from(true, mode) : undefined,
    dnsPolicy: isHost ? 'ClusterFirstWithHostNet' : undefined,
    hostPID: shares(place, 'pid'),
    hostIPC: shares(place, 'ipc'),
    hostname: hostnameOf(context),
    hostAliases: filled(hostAliases(context)),
    dnsConfig: dnsOf(place),
  };
}

function shares(place: Place, key: string): Draft {
  const leaf = at(place, key);
  return textOf(leaf) === 'host' ? from(true, leaf) : undefined;
}

function settleNamespaces({ place, parent: { account } }: ServiceContext): void {
  for (const key of ['pid', 'ipc']) {
    const leaf = at(place, key);
    const text = textOf(leaf) ?? '';
    if (text === 'host' || !exists(leaf)) continue;
    if (['', 'private', 'shareable', 'none'].includes(text))
      account.default(leaf, 'a pod has its own');
    else
      account.unsupported(
        leaf,
        'it has its own instead',
        `Put both services into one pod with network_mode.`,
      );
  }
  const mode = at(place, 'network_mode');
  const text = textOf(mode) ?? '';
  if (['bridge', 'default'].includes(text)) account.default(mode, 'pods reach each other');
  else if (text === 'none') account.handled(mode, 'a NetworkPolicy lets nothing in or out');
  else if (text.startsWith('container:'))
    account.refused(mode, 'a pod cannot join a container', 'Write service:NAME.');
}

function hostnameOf({ place, parent: { account } }: ServiceContext): Draft {
  const domain = at(place, 'domainname');
  if (exists(domain))
    account.unsupported(domain, 'the cluster decides on the domain', 'Leave it out.');
  const leaf = at(place, 'hostname');
  const hostname = textOf(leaf);
  if (hostname === undefined) return undefined;
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(hostname)) return from(hostname, leaf);
  account.unsupported(
    leaf,
    'the pod keeps its own name',
    'Write at most 63 small letters, digits and dashes, without a domain.',
  );
  return undefined;
}

function hostAliases({ place, parent: { account } }: ServiceContext): readonly DraftMap[] {
  const byAddress = new Map<string, Draft[]>();
  for (const { text, place: leaf } of textsOf(at(place, 'extra_hosts'))) {
    const sign = text.search(/[=:]/);
    const [name, address] = [text.slice(0, sign), text.slice(sign + 1).replace(/^\[(.*)\]$/, '$1')];
    if (isIP(address) && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) {
      const known = byAddress.get(address) ?? [];
      byAddress.set(address, [...known, from(name, leaf)]);
      continue;
    }
    account.unsupported(
      leaf,
      address === 'host-gateway'
        ? 'the machine of a pod is none of its own'
        : 'a name needs an address beside it',
      'Name the address, or an external service.',
    );
  }
  return [...byAddress].map(([ip, hostnames]) => ({ ip, hostnames }));
}

/** Further name servers are asked after those of the cluster, which know the services. */
function dnsOf(place: Place): DraftMap | undefined {
  const texts = (key: string): readonly Draft[] | undefined =>
    filled(textsOf(at(place, key)).map(({ text, place: leaf }) => from(text, leaf)));
  const options = textsOf(at(place, 'dns_opt')).map(({ text, place: leaf }) => {
    const [name, value] = text.split(':', 2);
    return { name: from(name, leaf), value: value === undefined ? undefined : from(value, leaf) };
  });
  return filledMap({
    nameservers: texts('dns'),
    searches: texts('dns_search'),
    options: filled(options),
  });
}
