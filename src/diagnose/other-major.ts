import type { Finding } from '../model/finding.ts';
import type { ServiceFacts } from './service-facts.ts';
import { matchingLine } from './matching-line.ts';

const SAYINGS: readonly RegExp[] = [
  /initialized by PostgreSQL version (\d+(?:\.\d+)*), which is not compatible with this version (\d+(?:\.\d+)*)/,
];

/** The data were made by a server of another major version. */
export function otherMajor({ service, lines }: ServiceFacts): Finding | undefined {
  const found = matchingLine(lines, SAYINGS);
  if (found === undefined) return undefined;
  const [, before = '', now = ''] = found.match;
  return {
    code: 'service/other-major',
    service: service.name,
    cause: `the data of ${service.name} are of PostgreSQL ${before}, and the server is ${now}`,
    proof: [found.line],
    fix: [
      `Go on with image: postgres:${before}, or dump the data with that version and restore them into a new volume.`,
    ],
    at: service.at,
  };
}
