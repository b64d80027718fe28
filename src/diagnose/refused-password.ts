import type { Finding } from '../model/finding.ts';
import type { ServiceFacts } from './service-facts.ts';
import { matchingLine } from './matching-line.ts';

const SAYINGS: readonly RegExp[] = [
  /password authentication failed for user "([^"]+)"/,
  /Access denied for user '([^']+)'/,
];

/** The database knows another password. */
export function refusedPassword({ service, lines }: ServiceFacts): Finding | undefined {
  const found = matchingLine(lines, SAYINGS);
  if (found === undefined) return undefined;
  return {
    code: 'service/refused-password',
    service: service.name,
    cause: `the database refuses the password of user "${found.match[1] ?? ''}"`,
    proof: [found.line],
    fix: [
      'Compare the variables of both services. A database keeps the password with which its volume was made: a later change of the variable does not reach it.',
      'Either write the old one, or change it inside: ALTER USER … PASSWORD …, or begin with new data: bowline down -v.',
    ],
  };
}
