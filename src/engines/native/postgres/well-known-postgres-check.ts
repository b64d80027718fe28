import type { Healthcheck } from '../../../model/healthcheck.ts';
import type { Probe } from '../unit.ts';
import { readShellLine, type SimpleCommand } from './shell-line.ts';

/** What a check of the service means here. */
export interface CheckContext {
  /** Environment of the service: the check is written with its variables. */
  readonly environment: ReadonlyMap<string, string>;
  /** A user and a database that exist for certain. Absent: a `psql` stays a command. */
  readonly user?: string;
  readonly database?: string;
  /** Names under which the service knows itself, besides the loopback ones. @defaultValue none */
  readonly names?: readonly string[];
  /** Folder of the server's socket. */
  readonly sockets: string;
  /** Address on which the server listens. */
  readonly address: string;
  /** Port inside the container, and the one on which the server listens here. */
  readonly targetPort: number;
  readonly port: number;
}

/**
 * Reads a healthcheck that asks whether the service's own server takes connections: `pg_isready` with any options, or a
 * `psql` that selects a constant from a database that is there. The daemon then asks by itself, in 2 ms instead of 40.
 * Anything else gives `undefined`, and the command itself runs.
 */
export function wellKnownPostgresCheck(
  test: Healthcheck['test'],
  context: CheckContext,
): Extract<Probe, { readonly kind: 'postgres' }> | undefined {
  const commands = commandsOf(test, context.environment);
  if (commands === undefined || commands.length === 0) return undefined;
  const probes = commands.map((command) => probeOf(command, context));
  const [first, ...others] = probes;
  if (first === undefined) return undefined;
  return others.every((each) => each?.host === first.host && each.port === first.port)
    ? first
    : undefined;
}

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);

function commandsOf(
  [kind, ...command]: Healthcheck['test'],
  environment: ReadonlyMap<string, string>,
): readonly SimpleCommand[] | undefined {
  if (kind === 'CMD-SHELL')
    return unwrapped(readShellLine(command.join(' '), environment), environment);
  return unwrapped([{ variables: new Map(), words: command }], environment);
}

/** `sh -c "…"` and `su postgres -c "…"` are what is in the quotes. */
function unwrapped(
  commands: readonly SimpleCommand[] | undefined,
  environment: ReadonlyMap<string, string>,
): readonly SimpleCommand[] | undefined {
  const [only, ...others] = commands ?? [];
  if (only === undefined || others.length > 0) return commands;
  const [program = '', ...args] = only.words;
  const line = args.at(-1);
  const name = baseName(program);
  const flag = args.at(-2) ?? '';
  const isShell = SHELLS.has(name) && args.length === 2 && /^-[elx]*c$/.test(flag);
  const isOther =
    name === 'su' &&
    flag === '-c' &&
    args.slice(0, -2).every((arg) => ['-', '-l', 'postgres'].includes(arg));
  if (line === undefined || !(isShell || isOther)) return commands;
  return unwrapped(readShellLine(line, environment), environment);
}

function probeOf(
  { variables, words: [program = '', ...args] }: SimpleCommand,
  context: CheckContext,
): Extract<Probe, { readonly kind: 'postgres' }> | undefined {
  const variable = (name: string): string | undefined =>
    variables.get(name) ?? (context.environment.get(name) || undefined);
  const name = baseName(program);
  const options =
    name === 'pg_isready'
      ? isReadyOptions(args)
      : name === 'psql'
        ? selectOptions(args, context, variable)
        : undefined;
  if (options === undefined) return undefined;
  return placeOf(
    { host: options.host ?? variable('PGHOST'), port: options.port ?? variable('PGPORT') },
    context,
  );
}

function placeOf(
  { host, port }: { readonly host: string | undefined; readonly port: string | undefined },
  { names = [], sockets, address, targetPort, port: listening }: CheckContext,
): Extract<Probe, { readonly kind: 'postgres' }> | undefined {
  if (port !== undefined && port !== String(targetPort)) return undefined;
  if (
    host === undefined ||
    host === '' ||
    host.startsWith('/var/run/postgresql') ||
    host === '/tmp'
  ) {
    return { kind: 'postgres', host: sockets, port: listening };
  }
  const own =
    host === 'localhost' ||
    host === '::1' ||
    host === '0.0.0.0' ||
    host.startsWith('127.') ||
    names.includes(host);
  return own ? { kind: 'postgres', host: address, port: listening } : undefined;
}

interface Connection {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  /** Every other option that was given, with its value. */
  readonly others: ReadonlyMap<string, string>;
}

const LONG: Readonly<Record<string, string>> = {
  '--host': 'h',
  '--port': 'p',
  '--username': 'U',
  '--dbname': 'd',
  '--timeout': 't',
  '--quiet': 'q',
  '--command': 'c',
  '--no-psqlrc': 'X',
  '--no-password': 'w',
  '--tuples-only': 't',
  '--no-align': 'A',
};

/** `pg_isready` does not care who asks, or for which database. */
function isReadyOptions(args: readonly string[]): Connection | undefined {
  const found = readOptions(args, { withValue: 'hpUdt', flags: 'q' });
  return found === undefined || found.rest.length > 0 ? undefined : found.connection;
}

/** Only a `psql` that cannot fail once the server is there: its user and its database exist, and no password is asked. */
function selectOptions(
  args: readonly string[],
  { user, database }: CheckContext,
  variable: (name: string) => string | undefined,
): Connection | undefined {
  const found = readOptions(args, { withValue: 'hpUdcv', flags: 'tAqXwn1' });
  if (found === undefined) return undefined;
  const { connection, rest } = found;
  const [restDatabase, restUser, ...more] = rest;
  if (more.length > 0 || connection.host !== undefined || variable('PGHOST') !== undefined)
    return undefined;
  const asUser = connection.user ?? restUser ?? variable('PGUSER');
  const inDatabase = connection.database ?? restDatabase ?? variable('PGDATABASE') ?? asUser;
  const query = connection.others.get('c') ?? '';
  const harmless =
    /^\s*select\s+(\d+|now\(\)|version\(\))\s*;?\s*$/i.test(query) || /^\s*\\q\s*$/.test(query);
  const known =
    user !== undefined &&
    asUser === user &&
    [database, 'postgres', 'template1'].includes(inDatabase ?? '');
  return harmless && known ? connection : undefined;
}

interface Form {
  /** Letters of options that take a value, and of those that take none. */
  readonly withValue: string;
  readonly flags: string;
}

function readOptions(
  args: readonly string[],
  form: Form,
): { readonly connection: Connection; readonly rest: readonly string[] } | undefined {
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (!arg.startsWith('-') || arg === '-') {
      rest.push(arg);
      continue;
    }
    const read = readOption(arg, args[index + 1], form);
    if (read === undefined) return undefined;
    for (const [letter, value] of read.values) values.set(letter, value);
    if (read.usedNext) index += 1;
  }
  const uri = /^postgres(ql)?:\/\/|=/.test(values.get('d') ?? rest[0] ?? '');
  // A connection string may say anything about the host; what it says is left to the program.
  if (uri) return undefined;
  const {
    h: host,
    p: port,
    U: user,
    d: database,
  } = Object.fromEntries(values) as Record<string, string | undefined>;
  return { connection: { host, port, user, database, others: values }, rest };
}

interface ReadOption {
  readonly values: readonly (readonly [letter: string, value: string])[];
  readonly usedNext: boolean;
}

function readOption(
  arg: string,
  next: string | undefined,
  { withValue, flags }: Form,
): ReadOption | undefined {
  if (arg.startsWith('--')) {
    const equals = arg.indexOf('=');
    const letter = LONG[equals === -1 ? arg : arg.slice(0, equals)];
    if (letter === undefined) return undefined;
    if (equals !== -1) return { values: [[letter, arg.slice(equals + 1)]], usedNext: false };
    // `-t` is a time to one program and a flag to the other.
    if (flags.includes(letter)) return { values: [[letter, '']], usedNext: false };
    return next === undefined ? undefined : { values: [[letter, next]], usedNext: true };
  }
  const values: [string, string][] = [];
  for (let at = 1; at < arg.length; at += 1) {
    const letter = arg[at] ?? '';
    if (flags.includes(letter)) values.push([letter, '']);
    else if (!withValue.includes(letter)) return undefined;
    else if (at + 1 < arg.length)
      return { values: [...values, [letter, arg.slice(at + 1)]], usedNext: false };
    else
      return next === undefined
        ? undefined
        : { values: [...values, [letter, next]], usedNext: true };
  }
  return { values, usedNext: false };
}

function baseName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}
