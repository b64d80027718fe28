import type { Service } from '../model/project.ts';

/** Servers whose official images everybody uses, and whose contract is known here. */
export type ServerKind = 'postgres' | 'mysql' | 'mariadb' | 'mongo' | 'redis' | 'rabbitmq';

export interface ImageName {
  /** Without registry and `library/` where it is one of Docker's official images, as in `postgres`. */
  readonly name: string;
  readonly tag?: string;
  /** Is it named by its content? Then it is exact, whatever the tag says. */
  readonly pinned: boolean;
}

export interface Server {
  readonly kind: ServerKind;
  readonly image: ImageName;
  /** Absent: the tag names none. */
  readonly major?: number;
  /** The official image itself, not one that is built on it. */
  readonly official: boolean;
}

const OFFICIAL =
  /^(?:(?:(?:index\.|registry-1\.)?docker\.io|registry\.hub\.docker\.com|mirror\.gcr\.io)\/(?:library\/)?|public\.ecr\.aws\/docker\/library\/|library\/)/;

export function imageName(reference: string): ImageName {
  const [written = '', digest] = reference.split('@', 2);
  // A colon before a slash belongs to the registry's port.
  const colon = written.includes(':', written.lastIndexOf('/') + 1) ? written.lastIndexOf(':') : -1;
  const tag = colon < 0 ? '' : written.slice(colon + 1);
  return {
    name: (colon < 0 ? written : written.slice(0, colon)).replace(OFFICIAL, ''),
    ...(tag !== '' && { tag }),
    pinned: digest !== undefined,
  };
}

/** Images that are built on an official one and keep its contract. */
const BUILT_ON: Readonly<Record<string, ServerKind>> = {
  'postgis/postgis': 'postgres',
  'pgvector/pgvector': 'postgres',
  'timescale/timescaledb': 'postgres',
};

const KINDS: readonly ServerKind[] = ['postgres', 'mysql', 'mariadb', 'mongo', 'redis', 'rabbitmq'];

/** The well-known server that a service runs as its image has it; absent for an image or a start of its own. */
export function serverOf(service: Service): Server | undefined {
  const { image, build, entrypoint } = service;
  if (image === undefined || build !== undefined || entrypoint !== undefined) return undefined;
  if (!startsServer(service)) return undefined;
  const parts = imageName(image);
  const official = KINDS.find((kind) => kind === parts.name);
  const kind = official ?? (Object.hasOwn(BUILT_ON, parts.name) ? BUILT_ON[parts.name] : undefined);
  if (kind === undefined) return undefined;
  const major = /^(?:pg)?(\d+)/.exec(parts.tag ?? '')?.[1];
  return {
    kind,
    image: parts,
    official: official !== undefined,
    ...(major !== undefined && { major: Number(major) }),
  };
}

const PROGRAMS =
  /^(?:-.*|(?:\S*\/)?docker-entrypoint\.sh|postgres|mysqld|mariadbd|mongod|redis-server|rabbitmq-server)$/;

/** Images of servers are used as clients, too. */
function startsServer({ command = [] }: Service): boolean {
  return command[0] === undefined || PROGRAMS.test(command[0]);
}

/** Port that such a server listens on. */
export const SERVER_PORT: Readonly<Record<ServerKind, number>> = {
  postgres: 5432,
  mysql: 3306,
  mariadb: 3306,
  mongo: 27_017,
  redis: 6379,
  rabbitmq: 5672,
};

/** Does the service start with scripts of its own that may do anything with a fresh database? */
export function hasInitScripts({ mounts, configs, secrets }: Service): boolean {
  return [...mounts, ...configs, ...secrets].some(({ target }) =>
    target.startsWith('/docker-entrypoint-initdb.d'),
  );
}
