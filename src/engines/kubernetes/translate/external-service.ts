import type { ExternalService } from '../../../model/translation.ts';
import { aliasesOf } from './aliases.ts';
import { labelsOf, type ServiceContext } from './context.ts';
import { type DraftMap, type DraftObject, from } from './draft.ts';
import { isIP } from './is-ip.ts';
import { portsOf } from './ports.ts';

/** The names of a service that lives elsewhere: they lead there. */
export function externalObjects(
  context: ServiceContext,
  external: ExternalService,
): readonly DraftObject[] {
  const { parent, name, service, place } = context;
  parent.account.handled(place, `it lives elsewhere: ${service.name} leads to ${external.host}`);
  return [
    ...leading(context, { ...external, name, labels: labelsOf(context) }),
    ...[...aliasesOf(context)].flatMap(([alias, places]) =>
      leading(context, {
        ...external,
        name: alias,
        labels: { ...labelsOf(context), 'bowline/alias': from(alias, ...places) },
      }),
    ),
  ];
}

interface Leading extends ExternalService {
  readonly name: string;
  readonly labels: DraftMap;
}

function leading(
  context: ServiceContext,
  { host, port, name, labels }: Leading,
): readonly DraftObject[] {
  const metadata = { name, namespace: context.parent.namespace, labels };
  const service = { apiVersion: 'v1', kind: 'Service', metadata };
  if (!isIP(host)) return [{ ...service, spec: { type: 'ExternalName', externalName: host } }];
  const number = port ?? portsOf(context)[0]?.number;
  const ports =
    number === undefined ? [] : [{ name: `tcp-${number}`, port: number, protocol: 'TCP' }];
  return [
    { ...service, spec: { clusterIP: 'None', ports } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        ...metadata,
        name: `${name}-external`,
        labels: { ...labels, 'kubernetes.io/service-name': name },
      },
      addressType: host.includes(':') ? 'IPv6' : 'IPv4',
      endpoints: [{ addresses: [host], conditions: { ready: true } }],
      ports,
    },
  ];
}
