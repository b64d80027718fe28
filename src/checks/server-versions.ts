import type { Diagnostic, Fix } from '../model/diagnostic.ts';
import type { Mount, Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { originOf } from './names.ts';
import { imageName, type Server, type ServerKind, serverOf } from './server-image.ts';
import { placeOf, replacing, textAt } from './written.ts';

/** A version of each that is kept up for years; PostgreSQL's is the last that has its data at the old place. */
const STABLE: Partial<Record<ServerKind, string>> = {
  postgres: '17',
  mysql: '8.4',
  mariadb: '11.8',
  mongo: '8.0',
};

const OLD_PATH = '/var/lib/postgresql/data';

/** A database names its version: files of one major version are of no use to the next. */
export function checkServerVersions(project: Project, facts: Facts): readonly Diagnostic[] {
  return project.services.flatMap((service) => {
    const server = serverOf(service);
    if (server === undefined || !server.official || server.image.pinned) return [];
    const subject = { project, service, server };
    return [...untagged(subject, facts), ...misplacedData(subject, facts)];
  });
}

interface Subject {
  readonly project: Project;
  readonly service: Service;
  readonly server: Server;
}

function untagged(subject: Subject, facts: Facts): readonly Diagnostic[] {
  const { project, service, server } = subject;
  const version = STABLE[server.kind];
  if (server.major !== undefined || version === undefined || !isFloating(subject)) return [];
  const at = originOf(project, 'services', service.name, 'image') ?? service.at;
  const fix = service.image === undefined ? undefined : versionFix(service, version, { at, facts });
  const { tag } = server.image;
  return [
    {
      code: 'compose/untagged-database',
      severity: 'warning',
      message: `${service.image ?? ''} is whatever version is the newest on the day of the pull`,
      help: `Name the version that your data have, such as ${server.kind}:${version}${tag === undefined || tag === 'latest' ? '' : `-${tag}`}: the next major version cannot read them.`,
      at,
      ...(server.kind === 'postgres' && fix !== undefined && { fix }),
    },
  ];
}

/** A variable without a value leaves no tag either, and is reported itself. */
function isFloating({ service, server }: Subject): boolean {
  const { tag } = server.image;
  if (service.image?.endsWith(':') === true) return false;
  return tag === undefined || /^(?:latest|lts|alpine|[a-z]+)$/.test(tag);
}

interface Written {
  readonly at: Subject['service']['at'];
  readonly facts: Facts;
}

function versionFix(
  { image = '' }: Service,
  version: string,
  { at, facts }: Written,
): Fix | undefined {
  const written = textAt(at, facts)?.replaceAll(/^["']|["']$/g, '');
  if (written !== image) return undefined;
  const place = placeOf(image, at, facts);
  const { tag } = imageName(image);
  const suffix = tag === undefined || tag === 'latest' ? '' : `-${tag}`;
  const text = `${tag === undefined ? image : image.slice(0, -tag.length - 1)}:${version}${suffix}`;
  return place === undefined ? undefined : { title: `write ${text}`, edits: [{ at: place, text }] };
}

/** From 18 on the image of PostgreSQL refuses a mount where older ones have their data. */
function misplacedData(subject: Subject, facts: Facts): readonly Diagnostic[] {
  const { service, server, project } = subject;
  const mount = service.mounts.find(({ target }) => target.replace(/\/+$/, '') === OLD_PATH);
  if (server.kind !== 'postgres' || mount === undefined || service.environment.has('PGDATA'))
    return [];
  if (server.major === undefined ? !isFloating(subject) : server.major < 18) return [];
  const image = originOf(project, 'services', service.name, 'image') ?? service.at;
  return [
    {
      code: 'compose/postgres-data-path',
      severity: 'warning',
      message: `from version 18 on, the image postgres does not start with a mount at ${OLD_PATH}`,
      related: [{ message: `the version is ${server.major ?? 'left open'} here`, at: image }],
      ...remedy(subject, { mount, image }, facts),
    },
  ];
}

/** Where the version is open, older data may be there already: then the place is right and the version is to be named. */
function remedy(
  { service, server }: Subject,
  { mount, image }: { readonly mount: Mount; readonly image: Written['at'] },
  facts: Facts,
): Pick<Diagnostic, 'help' | 'fix'> & { readonly at: Written['at'] } {
  if (server.major !== undefined) {
    return {
      help: 'Mount the volume at /var/lib/postgresql; data of an older version have to be dumped and loaded.',
      ...replacing({ part: OLD_PATH, by: '/var/lib/postgresql' }, mount.at, facts),
    };
  }
  const fix = versionFix(service, '17', { at: image, facts });
  return {
    help: 'Name the version that your data have, such as postgres:17, or mount a new volume at /var/lib/postgresql.',
    at: placeOf(OLD_PATH, mount.at, facts) ?? mount.at,
    ...(fix !== undefined && { fix }),
  };
}
