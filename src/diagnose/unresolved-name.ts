import type { Finding } from '../model/finding.ts';
import { nearest } from '../model/nearest.ts';
import type { EnvironmentValue } from '../model/project.ts';
import type { ServiceFacts } from './service-facts.ts';
import { matchingLine } from './matching-line.ts';

const SAYINGS: readonly RegExp[] = [
  /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/,
  /could not translate host name "([^"]+)"/,
  /failed to resolve host '([^']+)'/,
  /lookup ([\w.-]+)(?: on \S+)?: (?:no such host|server misbehaving)/,
  /(?:Unknown host|UnknownHostException:?) ([\w.-]+)/,
  /[Cc]ould not resolve host: ([\w.-]+)/,
  /bad address '([^']+)'/,
];

/** A program asks for a host of a name that nobody has. */
export function unresolvedName({ service, project, lines }: ServiceFacts): Finding | undefined {
  const found = matchingLine(lines, SAYINGS);
  const host = found?.match[1];
  if (found === undefined || host === undefined) return undefined;
  const names = project.services.flatMap(({ name, aliases }) => [name, ...aliases]);
  if (names.includes(host)) return undefined;
  const meant = nearest(host, names);
  const written = [...service.environment].find(([, { value }]) => mentions(value, host));
  return {
    code: 'service/unresolved-name',
    service: service.name,
    cause: `${service.name} looks for a host "${host}", and nothing has this name`,
    proof: [found.line],
    fix: [
      `${meant === undefined ? '' : `Was "${meant}" meant? `}Services reach each other by their names: ${names.join(', ')}.`,
    ],
    ...placeOf(written),
  };
}

function mentions(value: string, host: string): boolean {
  return value.split(/[^\w.-]+/).includes(host);
}

function placeOf(written: readonly [string, EnvironmentValue] | undefined): Pick<Finding, 'at'> {
  const at = written?.[1].at;
  return at === undefined ? {} : { at };
}
