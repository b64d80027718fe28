import type { InnerProcess } from '../isolation.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { launched, type Launcher } from './launcher.ts';
import { outsideText, type PostgresService } from './postgres-service.ts';

/** Where a service's server is, and with what it runs. */
export interface PostgresServer {
  readonly service: PostgresService;
  readonly binaries: PostgresBinaries;
  readonly launcher: Launcher;
  /** Absolute path of the data folder on this machine. */
  readonly folder: string;
  /** Folder of the service's client programs, see `toolsFolder`. */
  readonly tools: string;
  /** Folder for the server's socket: short, and only this user's (0700). */
  readonly sockets: string;
  /**
   * `inside`: the server is started where the container's own paths exist (a mount namespace). `outside`: paths of its
   * arguments become those of this machine.
   */
  readonly paths: 'inside' | 'outside';
  /** The usual `PATH`, `HOME` and `TMPDIR` of a service. */
  readonly base: ReadonlyMap<string, string>;
}

export interface Listening {
  /** Addresses to listen on; empty: the socket only. */
  readonly addresses: readonly string[];
  readonly port: number;
}

/** Whether the service runs the server at all: `command: bash` and the like do something else. */
export function runsServer({ command }: Pick<PostgresService, 'command'>): boolean {
  const args = serverArguments({ ...(command !== undefined && { command }) });
  return args !== undefined && !args.some((arg) => INFORMS.has(arg));
}

const INFORMS = new Set(['-?', '--help', '--describe-config', '-V', '--version']);

/** Arguments of the server as the Compose file has them; undefined when it runs something else. */
function serverArguments({
  command,
}: Pick<PostgresService, 'command'>): readonly string[] | undefined {
  const [program, ...rest] = command ?? [];
  if (program === undefined) return [];
  if (program.startsWith('-')) return [program, ...rest];
  return program === 'postgres' || program === 'docker-entrypoint.sh'
    ? stripped(program, rest)
    : undefined;
}

function stripped(program: string, rest: readonly string[]): readonly string[] | undefined {
  if (program === 'postgres') return rest;
  return serverArguments({ command: rest });
}

/** The port that the server of the image would listen on inside its container. */
export function targetPortOf({
  command,
  environment,
}: Pick<PostgresService, 'command' | 'environment'>): number {
  const args = serverArguments({ ...(command !== undefined && { command }) }) ?? [];
  let port = environment.get('PGPORT') ?? '';
  for (const [index, arg] of args.entries()) {
    const next = args[index + 1] ?? '';
    const setting = /^(?:-c|--)?port=(\d+)$/.exec(arg)?.[1];
    if (arg === '-p') port = next;
    else if (/^-p\d+$/.test(arg)) port = arg.slice(2);
    else if (setting !== undefined && (arg !== `port=${setting}` || args[index - 1] === '-c'))
      port = setting;
  }
  return /^\d+$/.test(port) ? Number(port) : 5432;
}

/** The server as it is to be started: arguments of the service first, so that bowline's own prevail. */
export function serverProcess(
  server: PostgresServer,
  { addresses, port }: Listening,
): InnerProcess {
  const { service, launcher, binaries, folder, sockets, paths } = server;
  const args = serverArguments(service) ?? [];
  const own = paths === 'inside' ? args : args.map((arg) => outsideText(service.views, arg));
  return {
    argv: launched(launcher, `${binaries.bin}/postgres`, [
      '-D',
      folder,
      ...own,
      '-c',
      `listen_addresses=${addresses.join(',')}`,
      '-p',
      String(port),
      '-k',
      sockets,
    ]),
    cwd: folder,
    environment: serverEnvironment(server),
  };
}

/** What the service's processes find in their environment: the image's variables, then its own. */
function serverEnvironment(server: PostgresServer): ReadonlyMap<string, string> {
  const { service, binaries, tools, base, folder } = server;
  const path = base.get('PATH') ?? '/usr/local/bin:/usr/bin:/bin';
  return new Map([
    ['LANG', 'C.UTF-8'],
    ['TZ', 'Etc/UTC'],
    ...base,
    ['PATH', `${tools}:${path}`],
    ['PG_MAJOR', String(binaries.major)],
    ['PG_VERSION', binaries.version],
    ...[...service.environment].filter(([name]) => name !== 'PATH'),
    ['PGDATA', folder],
  ]);
}

/**
 * What a command beside the server gets besides: `psql` and the like come through the socket, where no password is asked
 * for, as on the loopback address of the container.
 */
export function clientEnvironment(
  server: PostgresServer,
  port: number,
): ReadonlyMap<string, string> {
  const environment = new Map(serverEnvironment(server));
  environment.set('PGHOST', server.sockets);
  if (port !== 5432) environment.set('PGPORT', String(port));
  return environment;
}
