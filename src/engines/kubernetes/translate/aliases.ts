import type { ServiceContext } from './context.ts';
import { at, entriesOf, type Place, textsOf } from './place.ts';

/** Further names of a service, and what gives them: aliases on networks, and links of others. Those that cannot be are settled. */
export function aliasesOf(context: ServiceContext): ReadonlyMap<string, readonly Place[]> {
  const { parent, name, service } = context;
  const wanted = new Map<string, readonly Place[]>();
  for (const { text, place } of [...onNetworks(context), ...inLinks(context)]) {
    const taken = parent.spelled.has(text);
    if (text === service.name || text === name)
      parent.account.default(place, 'it is the name of the service');
    else if (taken || !/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text))
      parent.account.unsupported(
        place,
        taken ? 'another service has this name' : 'a cluster cannot spell this name',
        'Use another name, of small letters, digits and dashes.',
      );
    else wanted.set(text, [...(wanted.get(text) ?? []), place]);
  }
  return wanted;
}

type Names = ReturnType<typeof textsOf>;

function onNetworks({ place }: ServiceContext): Names {
  return entriesOf(at(place, 'networks')).flatMap(([, membership]) =>
    textsOf(at(membership, 'aliases')),
  );
}

function inLinks({ parent, service }: ServiceContext): Names {
  return parent.linkedAs.get(service.name) ?? [];
}
