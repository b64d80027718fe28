import { list, mapOf, pairs, section, type Keys, type SectionForm, type Form } from './form.ts';
import { byKey, byPort, byText } from './identity.ts';
import { shortPort } from './short-port.ts';
import {
  exposedPort,
  ipAddress,
  macAddress,
  optionalIpAddress,
  portOrRange,
} from './special-text.ts';
import { likely, text, textOrNumber, wholeNumber, word } from './scalars.ts';
import { kubernetesIgnores, nativeIgnores, onlyDocker } from './verdicts.ts';

const port: SectionForm = section(
  {
    name: { form: text, about: 'A name for people.' },
    mode: {
      form: word('ingress', 'host'),
      about: 'How a swarm publishes it.',
      absent: 'ingress',
      fill: () => 'ingress',
    },
    host_ip: {
      form: ipAddress,
      about: 'Address of this machine to publish on.',
      absent: 'every address',
    },
    target: { form: wholeNumber(1, 65_535), about: 'Port that the service listens on.' },
    published: {
      form: likely(portOrRange, 'this is no port: the engine refuses it when the service starts'),
      about: 'Port of this machine, or a range to choose from.',
      absent: 'any free port',
    },
    protocol: {
      form: likely(
        word('tcp', 'udp', 'sctp'),
        'no engine knows this protocol: it refuses the port when the service starts',
      ),
      about: 'Protocol.',
      absent: 'tcp',
      fill: () => 'tcp',
    },
    app_protocol: { form: text, about: 'Protocol above that, as in `http`.' },
  },
  { required: ['target'], short: shortPort },
);

const membership: Form = section(
  {
    aliases: {
      form: list(text, { identity: byKey }),
      about: 'Further names of the service on this network.',
    },
    interface_name: {
      form: text,
      about: 'Name of the network interface.',
      verdict: onlyDocker('there is no interface to name'),
    },
    ipv4_address: {
      form: optionalIpAddress,
      about: 'Fixed IPv4 address.',
      verdict: onlyDocker('addresses are assigned'),
    },
    ipv6_address: {
      form: optionalIpAddress,
      about: 'Fixed IPv6 address.',
      verdict: onlyDocker('addresses are assigned'),
    },
    link_local_ips: {
      form: list(text, { identity: byKey }),
      about: 'Link-local addresses.',
      verdict: onlyDocker('addresses are assigned'),
    },
    mac_address: {
      form: macAddress,
      about: 'MAC address on this network.',
      verdict: onlyDocker('there is no interface of its own'),
    },
    driver_opts: {
      form: mapOf(textOrNumber, { names: 'free' }),
      about: 'Options for the network driver.',
      verdict: onlyDocker('there is no network driver'),
    },
    priority: {
      form: wholeNumber(),
      about: 'Networks of higher priority are joined first.',
      absent: '0',
      verdict: kubernetesIgnores('a pod is on one network'),
    },
    gw_priority: {
      form: wholeNumber(),
      about: 'The network of the highest value is the default gateway.',
      absent: '0',
      verdict: kubernetesIgnores('a pod is on one network'),
    },
  },
  { empty: 'kept' },
);

export const extraHosts: Form = pairs({
  separators: ['=', ':'],
  missing: 'refused',
  canonical: 'list',
  many: true,
});

/** How the service is reached, and whom it reaches. */
export const networkingKeys: Keys = {
  ports: {
    form: list(port, { identity: byPort }),
    about: 'Ports that are reachable from outside.',
  },
  expose: {
    form: list(exposedPort, { identity: byText }),
    about: 'Ports that other services may use. They are reachable either way.',
  },
  networks: {
    form: mapOf(membership, { noun: 'network', fromList: null }),
    about: 'Networks that the service is on.',
    absent: 'default',
    verdict: nativeIgnores('services of a project reach each other on one network'),
  },
  network_mode: {
    form: text,
    about: '`none`, `host`, `bridge`, `service:<name>` or `container:<name>` instead of networks.',
    verdict: nativeIgnores('services use the network of this machine'),
  },
  extra_hosts: {
    form: extraHosts,
    about: 'Further names and their addresses; `host-gateway` is this machine.',
  },
  dns: {
    form: list(text, { single: true, identity: byKey, dropsEmpty: true }),
    about: 'Name servers.',
    verdict: nativeIgnores('the name servers of this machine are used'),
  },
  dns_opt: {
    form: list(text, { identity: byKey }),
    about: 'Options for the resolver.',
    verdict: nativeIgnores('the resolver of this machine is used'),
  },
  dns_search: {
    form: list(text, { single: true, identity: byKey }),
    about: 'Domains to search names in.',
    verdict: nativeIgnores('the resolver of this machine is used'),
  },
  mac_address: {
    form: macAddress,
    about: 'MAC address of the container.',
    verdict: onlyDocker('there is no interface of its own'),
  },
  uts: {
    form: text,
    about: '`host`: the container has the name of this machine.',
    verdict: onlyDocker('names are set otherwise'),
    see: 'uts',
  },
};
