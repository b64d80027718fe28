import type { Client, ClientConfig } from 'pg';

import type { Connection } from './options.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a connection is made with, after the environment and the defaults. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
}

/** Puts the command line, the environment and the defaults together as PostgreSQL's library does. */
export function targetOf(
  { host, port, user, database }: Connection,
  environment: Environment,
): Target {
  const given = connectionString(database ?? '');
  const variable = (name: string): string | undefined => environment[name] || undefined;
  const asUser = user ?? given.user ?? variable('PGUSER') ?? variable('USER') ?? 'postgres';
  const plain = given.isString ? given.database : database || undefined;
  const password = given.password ?? variable('PGPASSWORD');
  return {
    host:
      host ?? given.host ?? variable('PGHOSTADDR') ?? variable('PGHOST') ?? '/var/run/postgresql',
    port: Number(port ?? given.port ?? variable('PGPORT') ?? 5432),
    user: asUser,
    database: plain ?? variable('PGDATABASE') ?? asUser,
    ...(password !== undefined && { password }),
  };
}

interface Given {
  readonly isString: boolean;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
}

/** A URI, or `host=… dbname=…`. */
function connectionString(text: string): Given {
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return fromUri(new URL(text));
  if (!text.includes('=')) return { isString: false };
  const pairs = [...text.matchAll(/(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S+))/gs)];
  const values = Object.fromEntries(
    pairs.map(([, key = '', single, plain]) => [
      key,
      single === undefined ? (plain ?? '') : single.replaceAll(/\\(.)/gs, '$1'),
    ]),
  );
  const { host, port, user, password, dbname: database } = values;
  return { isString: true, host: values['hostaddr'] ?? host, port, user, password, database };
}

function fromUri(uri: URL): Given {
  const query = (name: string): string | undefined => uri.searchParams.get(name) ?? undefined;
  return {
    isString: true,
    host: part(uri.hostname.replace(/^\[(.*)\]$/, '$1')) ?? query('host'),
    port: part(uri.port) ?? query('port'),
    user: part(uri.username) ?? query('user'),
    password: part(uri.password) ?? query('password'),
    database: part(uri.pathname.slice(1)) ?? query('dbname'),
  };
}

function part(text: string): string | undefined {
  return text === '' ? undefined : decodeURIComponent(text);
}

/** @throws the server's error or the system's. */
export async function connect(target: Target, onNotice: (notice: Notice) => void): Promise<Client> {
  const { default: pg } = await import('pg');
  const { password, ...place } = target;
  const config: ClientConfig = {
    ...place,
    application_name: 'psql',
    ssl: false,
    // Looked for in the user's password file where absent.
    ...(password !== undefined && { password }),
  };
  const client = new pg.Client(config);
  client.on('error', () => {});
  client.on('notice', onNotice);
  await client.connect();
  return client;
}

export interface Notice {
  readonly severity?: string | undefined;
  readonly message?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly where?: string | undefined;
}

/** Why a connection could not be made, in the words of PostgreSQL's own client. */
export function connectionProblem({ host, port }: Target, error: unknown): string {
  const where = host.startsWith('/')
    ? `socket "${host}/.s.PGSQL.${port}"`
    : `"${host}", port ${port}`;
  const { severity, message, code } = partsOf(error);
  if (severity !== undefined)
    return `connection to server ${at(host)} ${where} failed: ${severity}:  ${message}`;
  const reason =
    code === 'ENOENT'
      ? 'No such file or directory'
      : code === 'ECONNREFUSED'
        ? 'Connection refused'
        : message;
  return `connection to server ${at(host)} ${where} failed: ${reason}\n\tIs the server running ${host.startsWith('/') ? 'locally ' : 'on that host '}and accepting ${host.startsWith('/') ? 'connections on that socket' : 'TCP/IP connections'}?`;
}

function at(host: string): string {
  return host.startsWith('/') ? 'on' : 'at';
}

function partsOf(error: unknown): {
  readonly severity: string | undefined;
  readonly message: string;
  readonly code: string | undefined;
} {
  if (!(error instanceof Error))
    return { severity: undefined, message: String(error), code: undefined };
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : undefined;
  };
  return { severity: text('severity'), message: error.message, code: text('code') };
}
