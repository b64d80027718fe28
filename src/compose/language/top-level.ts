import type { MapNode } from '../node.ts';
import {
  either,
  list,
  mapOf,
  section,
  type Form,
  type Key,
  type Keys,
  type Rule,
  type SectionForm,
} from './form.ts';
import { bySubnet } from './identity.ts';
import { labelPairs } from './environment.ts';
import { flag, text, textOrNumber } from './scalars.ts';
import { onlyDocker } from './verdicts.ts';

const external: Key = {
  form: either(
    flag,
    section(
      {
        name: {
          form: text,
          about: 'Name on the engine.',
          obsolete: 'write `name` beside `external: true`',
        },
      },
      { standsFor: true },
    ),
  ),
  about: 'It is there already and not made by the project.',
  absent: 'false',
};

/** The name on the engine; of old it stood under `external`. */
const name: Key = {
  form: text,
  about: 'Name on the engine.',
  absent: '`<project>_<key>`, or the key if it is external',
  fill: oldName,
};

const sameName: Rule = { kind: 'same', key: 'name', old: ['external', 'name'] };

const driverKeys: Keys = {
  driver: {
    form: text,
    about: 'Driver.',
    absent: 'that of the engine',
    verdict: onlyDocker('there is one kind'),
  },
  driver_opts: {
    form: mapOf(textOrNumber, { names: 'free' }),
    about: 'Options for the driver.',
    verdict: onlyDocker('there is no driver'),
  },
};

const pool: Form = section({
  subnet: { form: text, about: 'Addresses of the network, as in `172.28.0.0/16`.' },
  ip_range: { form: text, about: 'Addresses to give away.' },
  gateway: { form: text, about: 'Address of the gateway.' },
  aux_addresses: {
    form: mapOf(text, { names: 'free' }),
    about: 'Addresses that are taken, by host.',
  },
});

const ipam: Form = section({
  driver: { form: text, about: 'Driver that gives addresses away.' },
  config: {
    form: list(pool, { merge: 'by-identity', identity: bySubnet }),
    about: 'Pools of addresses.',
  },
  options: { form: mapOf(text, { names: 'free' }), about: 'Options for the driver.' },
});

export const networks: Form = mapOf(
  section(
    {
      name,
      ...driverKeys,
      ipam: {
        form: ipam,
        about: 'How addresses are given away.',
        fill: () => ({}),
        verdict: onlyDocker('addresses are assigned'),
      },
      external,
      internal: {
        form: flag,
        about: 'Services on it reach nothing outside.',
        absent: 'false',
        verdict: { native: 'ignored: services use the network of this machine' },
      },
      enable_ipv4: {
        form: flag,
        about: 'Give IPv4 addresses.',
        absent: 'true',
        leftOut: 'null',
        verdict: onlyDocker('addresses are assigned'),
      },
      enable_ipv6: {
        form: flag,
        about: 'Give IPv6 addresses.',
        absent: 'false',
        leftOut: 'null',
        verdict: onlyDocker('addresses are assigned'),
      },
      attachable: {
        form: flag,
        about: 'Containers of others may join.',
        absent: 'false',
        verdict: onlyDocker('there is nothing to join'),
      },
      labels: {
        form: labelPairs,
        about: 'Labels of the network.',
        verdict: onlyDocker('networks have no labels'),
      },
    },
    { empty: 'section', page: '06-networks.md', rules: [sameName] },
  ),
  { noun: 'network' },
);

export const volumes: Form = mapOf(
  section(
    {
      name,
      driver: { ...driverKeys['driver'], form: text, about: 'Driver.', absent: 'local' },
      driver_opts: {
        form: mapOf(textOrNumber, { names: 'free' }),
        about: 'Options for the driver.',
        path: 'bind-device',
        verdict: onlyDocker('there is no driver'),
      },
      external,
      labels: {
        form: labelPairs,
        about: 'Labels of the volume.',
        verdict: { native: 'ignored: volumes have no labels' },
      },
    },
    {
      empty: 'section',
      page: '07-volumes.md',
      rules: [{ kind: 'alone', key: 'external', beside: ['name'] }, sameName],
    },
  ),
  { noun: 'volume' },
);

const file: Key = { form: text, about: 'File that holds it.', path: 'file' };
const variable: Key = { form: text, about: 'Variable of the shell or `.env` that holds it.' };
const templateDriver: Key = {
  form: text,
  about: 'Driver that fills the content in.',
  verdict: onlyDocker('content is taken as it stands'),
};

export const secrets: Form = mapOf(
  content(['file', 'environment'], {
    page: '09-secrets.md',
    keys: {
      ...driverKeys,
      driver_opts: {
        form: mapOf(textOrNumber, { names: 'free' }),
        about: 'Options for the driver.',
        verdict: onlyDocker('there is no driver'),
      },
    },
  }),
  { noun: 'secret' },
);

export const configs: Form = mapOf(
  content(['file', 'environment', 'content'], {
    page: '08-configs.md',
    keys: { content: { form: text, about: 'The content itself.' } },
  }),
  { noun: 'config' },
);

/** Something whose content has exactly one source. */
function content(
  sources: readonly string[],
  { page, keys }: { readonly page: string; readonly keys: Keys },
): SectionForm {
  return section(
    {
      name,
      file,
      environment: variable,
      ...keys,
      external,
      labels: { form: labelPairs, about: 'Labels.', verdict: onlyDocker('it has no labels') },
      template_driver: templateDriver,
    },
    {
      page,
      rules: [
        { kind: 'exclusive', keys: sources },
        { kind: 'one-of', keys: sources, unless: ['external', 'driver'] },
        sameName,
      ],
    },
  );
}

function oldName(of: MapNode): string | undefined {
  const value = of.entries.find(({ key }) => key === 'external')?.value;
  const old =
    value?.kind === 'map' ? value.entries.find(({ key }) => key === 'name')?.value : undefined;
  return old?.kind === 'scalar' && typeof old.value === 'string' ? old.value : undefined;
}
