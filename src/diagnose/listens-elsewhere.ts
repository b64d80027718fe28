import type { Finding } from '../model/finding.ts';
import type { ListeningSocket } from '../model/listening-socket.ts';
import type { ServiceFacts } from './service-facts.ts';

/** A published port leads to a place where the service does not listen. */
export function listensElsewhere({
  service,
  replica,
  listening,
}: ServiceFacts): Finding | undefined {
  if (replica?.state.kind !== 'running' || listening === undefined) return undefined;
  const published = replica.ports.filter(({ protocol }) => protocol === 'tcp');
  if (published.length === 0 || listening.some(({ port }) => isExpected(port, service))) {
    return onlyLoopback(service, listening);
  }
  const [first] = published;
  const at = service.ports[0]?.at;
  const where = listening.map(({ address, port }) => `${address}:${port}`);
  return {
    code: 'service/listens-elsewhere',
    service: service.name,
    cause:
      where.length === 0
        ? `${service.name} publishes port ${first?.target ?? ''} and listens nowhere`
        : `${service.name} publishes port ${first?.target ?? ''} and listens on ${where.join(', ')}`,
    proof: where.length === 0 ? ['no process of it has a listening socket'] : where,
    fix: [
      where.length === 0
        ? `It may still be starting; bowline logs ${service.name} shows what it does.`
        : `Publish the port on which it listens: ports: ["${first?.published ?? ''}:${listening[0]?.port ?? ''}"], or let it listen on ${first?.target ?? ''}.`,
    ],
    ...(at !== undefined && { at }),
  };
}

function isExpected(port: number, { ports }: ServiceFacts['service']): boolean {
  return ports.some(({ target }) => target === port);
}

/** On this machine it can be reached all the same, in a container nobody would reach it. */
function onlyLoopback(
  service: ServiceFacts['service'],
  listening: readonly ListeningSocket[],
): Finding | undefined {
  const port = service.ports.find(({ target }) => listening.some((each) => each.port === target));
  if (port === undefined) return undefined;
  const sockets = listening.filter((each) => each.port === port.target);
  if (!sockets.every(({ address }) => address === '127.0.0.1' || address === '::1'))
    return undefined;
  return {
    code: 'service/only-loopback',
    service: service.name,
    cause: `${service.name} listens on ${sockets.map(({ address }) => `${address}:${port.target}`).join(' and ')} only, which nobody outside of its container reaches`,
    fix: ['Let it listen on 0.0.0.0; it works natively as it is, and nowhere else.'],
    at: port.at,
  };
}
