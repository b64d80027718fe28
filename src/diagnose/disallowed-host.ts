import type { Finding } from '../model/finding.ts';
import type { ServiceFacts } from './service-facts.ts';
import { matchingLine } from './matching-line.ts';

const SAYINGS: readonly RegExp[] = [
  /Invalid HTTP_HOST header: '([^']*)'/,
  /Blocked hosts?: ([\w.:-]+)/,
];

/** Django and Rails answer only to names that they were told. */
export function disallowedHost({ service, lines }: ServiceFacts): Finding | undefined {
  const found = matchingLine(lines, SAYINGS);
  const host = found?.match[1];
  if (found === undefined || host === undefined) return undefined;
  const variable = [...service.environment].find(([name]) =>
    /ALLOWED_HOSTS|RAILS_.*HOSTS/.test(name),
  );
  const name = host.replace(/:\d+$/, '');
  const at = variable?.[1].at;
  return {
    code: 'service/disallowed-host',
    service: service.name,
    cause: `${service.name} answers with 400 when it is asked for as "${name}", which is none of its allowed hosts`,
    proof: [found.line],
    fix: [
      variable === undefined
        ? `Add "${name}" to ALLOWED_HOSTS in the settings of the application.`
        : `Add "${name}" to ${variable[0]}.`,
      'A health check that asks by an address needs that address among them, or a Host header of its own.',
    ],
    ...(at !== undefined && { at }),
  };
}
