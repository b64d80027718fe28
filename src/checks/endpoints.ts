import type { Span } from '../model/diagnostic.ts';
import type { EnvironmentValue, Service } from '../model/project.ts';
import type { ServerKind } from './server-image.ts';

/** A text of the environment, with the place of the value that it is a part of. */
export interface Part {
  readonly text: string;
  readonly at: Span;
  /** Whose value it is a part of, as in `DATABASE_URL` or `DB_PORT`. */
  readonly variable: string;
}

/** An address that a service's environment names, with what is said beside it. */
export interface Endpoint {
  /** As in `DATABASE_URL`. */
  readonly variable: string;
  readonly host: Part;
  readonly port?: Part;
  readonly user?: Part;
  readonly password?: Part;
  /** What should answer there, as far as the address says. */
  readonly servers: readonly ServerKind[];
  /** `http` and its like: a browser outside may be meant to use it. */
  readonly web: boolean;
}

const SCHEMES: Readonly<Record<string, readonly ServerKind[]>> = {
  postgres: ['postgres'],
  postgresql: ['postgres'],
  postgis: ['postgres'],
  psql: ['postgres'],
  mysql: ['mysql', 'mariadb'],
  mysql2: ['mysql', 'mariadb'],
  mariadb: ['mysql', 'mariadb'],
  mongodb: ['mongo'],
  redis: ['redis'],
  rediss: ['redis'],
  amqp: ['rabbitmq'],
  pyamqp: ['rabbitmq'],
};

/** Every address in the environment of a service: those of URLs, and those that several variables make up together. */
export function endpointsOf({ environment }: Service): readonly Endpoint[] {
  const found: Endpoint[] = [];
  for (const [name, value] of environment) {
    if (value.at === undefined || value.value === '') continue;
    const located = { value: value.value, at: value.at };
    if (value.value.includes('://')) found.push(...fromUrl(name, located));
    else found.push(...fromVariables(name, located, environment));
  }
  return found;
}

interface Located {
  readonly value: string;
  readonly at: Span;
}

const URL_FORM =
  /^(?:jdbc:)?([a-z][a-z0-9.+-]*):\/\/(?:([^:@/\s]*)(?::([^/\s]*))?@)?([^/?#\s@]+)(?:[/?#]\S*)?$/i;

function fromUrl(variable: string, { value, at }: Located): readonly Endpoint[] {
  const [, scheme = '', user, password, hosts = ''] = URL_FORM.exec(value.trim()) ?? [];
  // The driver is of no interest: postgresql+psycopg2.
  const protocol = scheme.toLowerCase().replace(/\+.*$/, '');
  const servers = Object.hasOwn(SCHEMES, protocol) ? (SCHEMES[protocol] ?? []) : [];
  const web = /^(?:https?|wss?)$/.test(protocol);
  if (servers.length === 0 && !web) return [];
  return hosts.split(',').flatMap((each): readonly Endpoint[] => {
    const [, host = '', port] = /^([A-Za-z0-9._-]+)(?::(\d+))?$/.exec(each) ?? [];
    if (host === '') return [];
    return [
      {
        variable,
        servers,
        web,
        host: { text: host, at, variable },
        ...(port !== undefined && { port: { text: port, at, variable } }),
        ...credential('user', user, { at, variable }),
        ...credential('password', password, { at, variable }),
      },
    ];
  });
}

function credential<Key extends 'user' | 'password'>(
  key: Key,
  text: string | undefined,
  from: Omit<Part, 'text'>,
): { readonly [Each in Key]?: Part } {
  if (text === undefined || text === '') return {};
  const parts: { [Each in 'user' | 'password']?: Part } = {
    [key]: { text: decoded(text), ...from },
  };
  return parts;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Words before HOST that name a server, and those of which nobody knows which. */
const OWNERS: readonly (readonly [RegExp, readonly ServerKind[]])[] = [
  [/(?:^|_)(?:POSTGRES|POSTGRESQL|PG)_?$/, ['postgres']],
  [/(?:^|_)(?:MYSQL|MARIADB)_$/, ['mysql', 'mariadb']],
  [/(?:^|_)(?:MONGO|MONGODB)_$/, ['mongo']],
  [/(?:^|_)REDIS_$/, ['redis']],
  [/(?:^|_)(?:RABBITMQ|RABBIT|AMQP)_$/, ['rabbitmq']],
  [/(?:^|_)(?:DB|DATABASE)_?$/, ['postgres', 'mysql', 'mariadb', 'mongo']],
];

/** `DB_HOST` with `DB_PORT`, `DB_USER` and so on. */
function fromVariables(
  variable: string,
  { value, at }: Located,
  environment: ReadonlyMap<string, EnvironmentValue>,
): readonly Endpoint[] {
  const prefix = /^(.*?)HOST(?:NAME)?$/.exec(variable)?.[1];
  const servers = OWNERS.find(([words]) => words.test(prefix ?? ''))?.[1];
  const [, host = '', port] = /^([A-Za-z0-9._-]+)(?::(\d+))?$/.exec(value.trim()) ?? [];
  if (prefix === undefined || servers === undefined || host === '') return [];
  const beside = (...names: readonly string[]): Part | undefined => {
    for (const name of names) {
      const other = environment.get(`${prefix}${name}`);
      if (other?.at !== undefined && other.value !== '') {
        return { text: other.value, at: other.at, variable: `${prefix}${name}` };
      }
    }
    return undefined;
  };
  const named = port === undefined ? beside('PORT') : { text: port, at, variable };
  const user = beside('USER', 'USERNAME');
  const password = beside('PASSWORD', 'PASS', 'PASSWD');
  return [
    {
      variable,
      servers,
      web: false,
      host: { text: host, at, variable },
      ...(named !== undefined && { port: named }),
      ...(user !== undefined && { user }),
      ...(password !== undefined && { password }),
    },
  ];
}
