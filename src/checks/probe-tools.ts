import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { baseImageOf } from './dockerfile.ts';
import { originOf } from './names.ts';
import { imageName, type ImageName } from './server-image.ts';
import { probeCommands, shellTextsOf } from './shell-texts.ts';
import { placeOf } from './written.ts';

/** A healthcheck runs inside the image, with the programs that are there. Only images are judged that are known. */
export function checkProbeTools(project: Project, facts: Facts): readonly Diagnostic[] {
  return project.services.flatMap((service): readonly Diagnostic[] => {
    const tools = probeCommands(service).map(([program = '']) => program);
    const text = shellTextsOf(service).join(' ');
    // Either will do, or the author looks first what there is.
    if (tools.length === 0 || /\b(?:command -v|which)\b/.test(text)) return [];
    if (tools.includes('curl') && tools.includes('wget')) return [];
    const image = imageOf(service, { tools, facts });
    const found = image && tools.flatMap((tool) => problemOf(tool, image) ?? []).slice(0, 1);
    return (found ?? []).map(({ tool, help }) => ({
      code: 'compose/missing-tool',
      severity: 'warning',
      message: `the healthcheck of ${service.name} runs ${tool}, which its image does not have`,
      help,
      at: placeIn(project, service, { tool, facts }),
    }));
  });
}

/** What the tools have to be in; absent where it cannot be told. */
function imageOf(
  { name, image, build }: Service,
  { tools, facts }: { readonly tools: readonly string[]; readonly facts: Facts },
): ImageName | undefined {
  if (build === undefined) return image === undefined ? undefined : imageName(image);
  const dockerfile = facts.dockerfiles.get(name);
  if (dockerfile === undefined || tools.some((tool) => dockerfile.includes(tool))) return undefined;
  // A set-up script may install anything.
  if (/^\s*(?:RUN|ADD)\b.*(?:\.sh\b|https?:)/im.test(dockerfile)) return undefined;
  const base = baseImageOf(dockerfile, build.target);
  return base === undefined ? undefined : imageName(base);
}

interface Problem {
  readonly tool: string;
  readonly help: string;
}

/** Images of Docker's own that are known to have neither curl nor wget in their small forms. */
const RUNTIMES = new Set([
  'node',
  'python',
  'ruby',
  'golang',
  'rust',
  'openjdk',
  'eclipse-temurin',
]);
const BARE_ALPINE = new Set(['node', 'python', 'alpine', 'postgres', 'redis', 'memcached']);

function problemOf(tool: string, image: ImageName): Problem | undefined {
  return fetcherProblem(tool, image) ?? clientProblem(tool, image);
}

function fetcherProblem(tool: string, { name, tag = '' }: ImageName): Problem | undefined {
  const isAlpine = name === 'alpine' || /(?:^|-)alpine/.test(tag);
  if (isAlpine) {
    if (tool !== 'curl' || !BARE_ALPINE.has(name)) return undefined;
    return { tool, help: 'Images of Alpine have wget: wget -q --spider URL. Or install curl.' };
  }
  const isBare =
    (RUNTIMES.has(name) && name !== 'eclipse-temurin' && /(?:^|-)slim/.test(tag)) ||
    name === 'postgres' ||
    name === 'redis';
  if (!isBare || (tool !== 'curl' && tool !== 'wget')) return undefined;
  return { tool, help: helpForBare(tool, name) };
}

function helpForBare(tool: string, name: string): string {
  if (name === 'postgres') return 'For PostgreSQL write pg_isready -h 127.0.0.1.';
  if (name === 'redis') return 'For Redis write redis-cli ping.';
  const own = {
    node: `node -e "fetch('http://127.0.0.1:3000').then(r => { if (!r.ok) throw r })"`,
    python: `python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000')"`,
  };
  const line = name === 'node' ? own.node : name === 'python' ? own.python : undefined;
  return `Install ${tool} in the Dockerfile${line === undefined ? '' : `, or write ${line}`}.`;
}

interface Client {
  /** Images that have it. */
  readonly images: readonly string[];
  /** First major version that lacks it, in one of these images, and what there is instead. */
  readonly until?: readonly [image: string, major: number, instead: string];
  readonly since?: readonly [image: string, major: number, instead: string];
}

const CLIENTS: Readonly<Record<string, Client>> = {
  pg_isready: { images: ['postgres'] },
  psql: { images: ['postgres'] },
  mysqladmin: { images: ['mysql', 'mariadb'], until: ['mariadb', 11, 'mariadb-admin'] },
  mysql: { images: ['mysql', 'mariadb'], until: ['mariadb', 11, 'mariadb'] },
  'mariadb-admin': { images: ['mariadb'] },
  'redis-cli': { images: ['redis'] },
  mongo: { images: ['mongo'], until: ['mongo', 6, 'mongosh'] },
  mongosh: { images: ['mongo'], since: ['mongo', 5, 'mongo'] },
  rabbitmqctl: { images: ['rabbitmq'] },
  'rabbitmq-diagnostics': { images: ['rabbitmq'] },
};

/** What answers the question for each of the images that have a client of their own. */
const OWN_PROBE: Readonly<Record<string, string>> = {
  postgres: 'pg_isready -h 127.0.0.1',
  mysql: 'mysqladmin ping -h 127.0.0.1',
  mariadb: 'healthcheck.sh --connect --innodb_initialized',
  redis: 'redis-cli ping',
  mongo: `mongosh --quiet --eval "db.adminCommand('ping')"`,
  rabbitmq: 'rabbitmq-diagnostics -q ping',
};

function clientProblem(tool: string, { name, tag = '', pinned }: ImageName): Problem | undefined {
  const client = Object.hasOwn(CLIENTS, tool) ? CLIENTS[tool] : undefined;
  const own = Object.hasOwn(OWN_PROBE, name) ? OWN_PROBE[name] : undefined;
  if (client === undefined || own === undefined) return undefined;
  if (!client.images.includes(name)) return { tool, help: `The image ${name} has: ${own}.` };
  const major = Number(/^\d+/.exec(tag)?.[0] ?? (isNewest(tag) && !pinned ? Infinity : Number.NaN));
  const { until, since } = client;
  if (until?.[0] === name && major >= until[1])
    return { tool, help: `From version ${until[1]} on it is called ${until[2]}.` };
  if (since?.[0] === name && major < since[1])
    return { tool, help: `Before version ${since[1]} it is called ${since[2]}.` };
  return undefined;
}

function isNewest(tag: string): boolean {
  return tag === '' || tag === 'latest';
}

function placeIn(
  project: Project,
  { name, at, healthcheck }: Service,
  { tool, facts }: { readonly tool: string; readonly facts: Facts },
): Span {
  for (const index of healthcheck?.test.keys() ?? []) {
    const item = originOf(project, 'services', name, 'healthcheck', 'test', String(index));
    const place = item === undefined ? undefined : placeOf(tool, item, facts);
    if (place !== undefined) return place;
  }
  return originOf(project, 'services', name, 'healthcheck', 'test') ?? at;
}
