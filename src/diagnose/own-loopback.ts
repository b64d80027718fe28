import type { Finding } from '../model/finding.ts';
import type { ServiceFacts } from './service-facts.ts';
import { matchingLine } from './matching-line.ts';

const SAYINGS: readonly RegExp[] = [
  /ECONNREFUSED (?:127\.0\.0\.1|::1):(\d+)/,
  /connection to server at "(?:localhost|127\.0\.0\.1|::1)"[^,]*, port (\d+) failed: Connection refused/,
  /dial tcp (?:127\.0\.0\.1|\[::1\]):(\d+): connect: connection refused/,
];

/** A program looks for another service at its own address. */
export function ownLoopback({ service, project, lines }: ServiceFacts): Finding | undefined {
  const found = matchingLine(lines, SAYINGS);
  if (found === undefined) return undefined;
  const port = Number(found.match[1]);
  const meant = project.services.find(
    (each) => each.name !== service.name && listensOn(each, port),
  );
  const variable = [...service.environment].find(([, { value }]) =>
    /(?:^|[@/])(?:localhost|127\.0\.0\.1)(?:$|[:/])/.test(value),
  );
  const at = variable?.[1].at;
  return {
    code: 'service/own-loopback',
    service: service.name,
    cause: `${service.name} looks for port ${port} at its own address, where nothing listens`,
    proof: [found.line],
    fix: [
      `localhost is the service itself. ${meant === undefined ? 'Name the service that is meant' : `Write "${meant.name}"`}${variable === undefined ? '' : ` in ${variable[0]}`} instead.`,
    ],
    ...(at !== undefined && { at }),
  };
}

function listensOn({ ports, expose, image = '' }: ServiceFacts['service'], port: number): boolean {
  const usual = /postg/.test(image) ? 5432 : /redis|valkey/.test(image) ? 6379 : undefined;
  return usual === port || expose.includes(port) || ports.some(({ target }) => target === port);
}
