import type { ServiceContext } from './context.ts';
import { type Draft, from } from './draft.ts';
import { at, exists, itemsOf, numberOf, type Place, textOf, textsOf } from './place.ts';

/** A port on which a service listens. */
export interface ListeningPort {
  readonly name: string;
  readonly number: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly appProtocol: Draft;
  /** What says so: none where it is known of the image. */
  readonly places: readonly Place[];
  readonly protocolPlaces: readonly Place[];
}

const known = new WeakMap<ServiceContext, readonly ListeningPort[]>();

/** Every port that is known: published, exposed, said by the image. Each of them once. */
export function portsOf(context: ServiceContext): readonly ListeningPort[] {
  const before = known.get(context);
  if (before !== undefined) return before;
  const ports = findPorts(context);
  known.set(context, ports);
  return ports;
}

function findPorts(context: ServiceContext): readonly ListeningPort[] {
  const { place, facts, server } = context;
  const written = itemsOf(at(place, 'ports')).flatMap(publishedPort);
  const exposed = textsOf(at(place, 'expose')).flatMap(({ text, place: leaf }) =>
    rangeOf(text).map((each) => ({ ...each, places: [leaf] })),
  );
  const ofImage = [...(facts?.ports ?? []), ...(server === undefined ? [] : [String(server.port)])];
  const fromImage = ofImage.flatMap(rangeOf);
  const found = new Map<string, ListeningPort>();
  for (const port of [...written, ...exposed, ...fromImage]) {
    const key = `${port.number}/${port.protocol}`;
    const before = found.get(key);
    found.set(key, before === undefined ? port : joined(before, port));
  }
  return named([...found.values()]);
}

function joined(one: ListeningPort, other: ListeningPort): ListeningPort {
  return {
    ...one,
    appProtocol: one.appProtocol ?? other.appProtocol,
    places: [...one.places, ...other.places],
    protocolPlaces: [...one.protocolPlaces, ...other.protocolPlaces],
  };
}

/** Names of ports are different, too. */
function named(ports: readonly ListeningPort[]): readonly ListeningPort[] {
  const taken = new Set<string>();
  return ports.map((port) => {
    const name = taken.has(port.name) ? usualName(port) : port.name;
    taken.add(name);
    return { ...port, name };
  });
}

function publishedPort(item: Place): readonly ListeningPort[] {
  const number = numberOf(at(item, 'target'));
  if (number === undefined) return [];
  const protocol = protocolOf(textOf(at(item, 'protocol')));
  const port = {
    number,
    protocol,
    places: [at(item, 'target')],
    protocolPlaces: [at(item, 'protocol')],
    appProtocol: from(textOf(at(item, 'app_protocol')), at(item, 'app_protocol')),
  };
  const name = textOf(at(item, 'name')) ?? '';
  return [{ ...port, name: isPortName(name) ? name : usualName(port) }];
}

/** `8000`, `8000/udp`, `8000-8002`. */
function rangeOf(text: string): readonly ListeningPort[] {
  const [, first = '', last = first, protocol] = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(text) ?? [];
  if (first === '' || Number(last) - Number(first) > 1000) return [];
  const count = Math.max(0, Number(last) - Number(first) + 1);
  return Array.from({ length: count }, (_, index) => {
    const port = { number: Number(first) + index, protocol: protocolOf(protocol) };
    return {
      ...port,
      name: usualName(port),
      appProtocol: undefined,
      places: [],
      protocolPlaces: [],
    };
  });
}

function protocolOf(text: string | undefined): ListeningPort['protocol'] {
  const upper = text?.toUpperCase();
  return upper === 'UDP' || upper === 'SCTP' ? upper : 'TCP';
}

function usualName({ number, protocol }: Pick<ListeningPort, 'number' | 'protocol'>): string {
  return `${protocol.toLowerCase()}-${number}`;
}

/** @see https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports */
export function isPortName(name: string): boolean {
  return /^(?=.*[a-z])[a-z0-9](?:-?[a-z0-9])*$/.test(name) && name.length <= 15;
}

/** A port that takes connections can be asked whether it does; the first that is said is the one that is meant. */
export function probedPort(context: ServiceContext): number | undefined {
  const isSaid = exists(at(context.place, 'ports')) || exists(at(context.place, 'expose'));
  if (!isSaid && context.server === undefined) return undefined;
  return portsOf(context).find(({ protocol }) => protocol === 'TCP')?.number;
}
