import { labelsOf, selectorOf, type ServiceContext } from './context.ts';
import { type Draft, type DraftMap, type DraftObject, filled, from } from './draft.ts';
import { type ListeningPort, portsOf } from './ports.ts';
import { at, exists, textOf } from './place.ts';
import { aliasesOf } from './aliases.ts';

/**
 * The Service under whose name others reach this one, on the ports on which it listens. Where none is known it has no
 * address of its own: the name leads straight to the pods, on whatever port.
 */
export function serviceObjects(context: ServiceContext): readonly DraftObject[] {
  const { kind, name } = context;
  const ports = portsOf(context);
  const isTask = kind === 'Job' && ports.length === 0;
  if (isTask) return aliases(context, ports);
  const headless = isHeadless(context, ports);
  return [serviceObject(context, { name, ports, headless }), ...aliases(context, ports)];
}

interface Named {
  readonly name: string;
  readonly ports: readonly ListeningPort[];
  readonly headless: Draft;
}

function serviceObject(context: ServiceContext, { name, ports, headless }: Named): DraftObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: context.parent.namespace,
      labels: labelsOf(context),
    },
    spec: {
      clusterIP: headless,
      selector: selectorOf(context),
      ports: filled(ports.map(portOf)),
    },
  };
}

function portOf({
  name,
  number,
  protocol,
  appProtocol,
  places,
  protocolPlaces,
}: ListeningPort): DraftMap {
  return {
    name,
    port: places.length === 0 ? number : from(number, ...places),
    targetPort: number,
    protocol: protocolPlaces.length === 0 ? protocol : from(protocol, ...protocolPlaces),
    appProtocol,
  };
}

/** `None`: the name leads to the pods themselves. */
function isHeadless(context: ServiceContext, ports: readonly ListeningPort[]): Draft {
  const mode = at(context.place, 'deploy', 'endpoint_mode');
  if (textOf(mode) === 'dnsrr') return from('None', mode);
  if (exists(mode)) context.parent.account.default(mode, 'a Service has one address');
  return context.kind === 'StatefulSet' || ports.length === 0 ? 'None' : undefined;
}

/** The same Service under its further names. */
function aliases(context: ServiceContext, ports: readonly ListeningPort[]): readonly DraftObject[] {
  return [...aliasesOf(context)].map(([alias, places]) => {
    const headless = isHeadless(context, ports);
    const object = serviceObject(context, { name: alias, ports, headless });
    const labels = { ...labelsOf(context), 'bowline/alias': from(alias, ...places) };
    return { ...object, metadata: { ...object.metadata, labels } };
  });
}
