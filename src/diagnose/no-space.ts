import type { Finding } from '../model/finding.ts';
import type { Mount, Service } from '../model/project.ts';
import { matchingLine } from './matching-line.ts';
import type { ServiceFacts } from './service-facts.ts';

const SAYINGS: readonly RegExp[] = [
  /no space left on device/i,
  /disk quota exceeded/i,
  /\bENOSPC\b/,
  /\bEDQUOT\b/,
];

/** A program writes where there is no room left. */
export function noSpace({ service, lines }: ServiceFacts): Finding | undefined {
  const found = matchingLine(lines, SAYINGS);
  if (found === undefined) return undefined;
  const mount = mountIn(service, found.line);
  const where = mount === undefined ? '' : ` on ${wordsFor(mount)}`;
  return {
    code: 'service/no-space',
    service: service.name,
    cause: `${service.name} finds no space left${where}`,
    proof: [found.line],
    fix: ['Make room there, or make it larger; then bowline up goes on.'],
    ...(mount !== undefined && { at: mount.at }),
  };
}

/** The one in which a path of the line lies, the innermost of several. */
function mountIn({ mounts }: Service, line: string): Mount | undefined {
  const paths = line.match(/\/[^\s'":,;]*/g) ?? [];
  return mounts
    .filter(({ target }) => paths.some((path) => path === target || path.startsWith(`${target}/`)))
    .toSorted((one, other) => other.target.length - one.target.length)[0];
}

function wordsFor(mount: Mount): string {
  return mount.kind === 'volume' && mount.source !== undefined
    ? `the volume ${mount.source}, mounted at ${mount.target}`
    : mount.target;
}
