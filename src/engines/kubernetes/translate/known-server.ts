/** A server whose official image everybody uses, and what is known of it without looking. */
export interface KnownServer {
  readonly kind: string;
  readonly port: number;
  /** User and group that the server runs as; the images also start as that user. */
  readonly user: { readonly uid: number; readonly gid: number };
  /** One process owns the data: a second copy would spoil it. */
  readonly isDatabase: boolean;
}

interface Facts extends Omit<KnownServer, 'kind' | 'user'> {
  readonly user: readonly [uid: number, gid: number];
  /** Of the variants on Alpine Linux. @defaultValue as above */
  readonly alpine?: readonly [uid: number, gid: number];
}

const SERVERS: Readonly<Record<string, Facts>> = {
  postgres: { port: 5432, user: [999, 999], alpine: [70, 70], isDatabase: true },
  mysql: { port: 3306, user: [999, 999], isDatabase: true },
  mariadb: { port: 3306, user: [999, 999], isDatabase: true },
  mongo: { port: 27_017, user: [999, 999], isDatabase: true },
  redis: { port: 6379, user: [999, 999], alpine: [999, 1000], isDatabase: true },
  valkey: { port: 6379, user: [999, 999], alpine: [999, 1000], isDatabase: true },
  rabbitmq: { port: 5672, user: [999, 999], alpine: [100, 101], isDatabase: true },
  memcached: { port: 11_211, user: [11_211, 11_211], isDatabase: false },
};

/** Images that are built on one of these and keep to its ways. */
const BUILT_ON: Readonly<Record<string, string>> = {
  'postgis/postgis': 'postgres',
  'pgvector/pgvector': 'postgres',
  'timescale/timescaledb': 'postgres',
  'valkey/valkey': 'valkey',
};

/** The server that an image is; absent for all others. */
export function knownServer(reference: string | undefined): KnownServer | undefined {
  const { name, tag } = partsOf(reference ?? '');
  const kind = Object.hasOwn(BUILT_ON, name) ? BUILT_ON[name] : name;
  const facts = kind !== undefined && Object.hasOwn(SERVERS, kind) ? SERVERS[kind] : undefined;
  if (kind === undefined || facts === undefined) return undefined;
  const [uid, gid] = tag.includes('alpine') ? (facts.alpine ?? facts.user) : facts.user;
  return { kind, port: facts.port, isDatabase: facts.isDatabase, user: { uid, gid } };
}

function partsOf(reference: string): { readonly name: string; readonly tag: string } {
  const [written = ''] = reference.split('@', 1);
  // A colon before a slash belongs to the registry's port.
  const colon = written.indexOf(':', written.lastIndexOf('/') + 1);
  const name = colon < 0 ? written : written.slice(0, colon);
  return {
    name: name.replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, ''),
    tag: colon < 0 ? '' : written.slice(colon + 1),
  };
}

/** Users that have the same number in every image that is made of a well-known one. */
const USERS: Readonly<Record<string, number>> = {
  root: 0,
  nobody: 65_534,
  'www-data': 33,
  node: 1000,
  nginx: 101,
};

/** The number of a user who is named. */
export function knownUser(name: string): number | undefined {
  return Object.hasOwn(USERS, name) ? USERS[name] : undefined;
}
