import { rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { runCommand } from '../../../host/run-command.ts';
import { checkSocketPath, makePrivateFolder } from '../../../host/socket-path.ts';
import { driverArguments, initDriver, speaker, unpackerOf } from './init-driver.ts';
import { InitFailure } from './init-failure.ts';
import type { InitFile } from './init-files.ts';
import type { InitialiseOptions } from './initialise-options.ts';
import { programIn } from './machine-facts.ts';
import { clientEnvironment, type PostgresServer, serverProcess } from './server-process.ts';
import type { PostgresSettings } from './settings.ts';
import { startTemporaryServer, type TemporaryServer } from './temporary-server.ts';

interface Context {
  readonly server: PostgresServer;
  readonly settings: PostgresSettings;
  readonly options: InitialiseOptions;
}

/** Lines of the files' output that a failure shows. */
const shownLines = 12;

/**
 * Runs the files of a first start against a server that only this can reach, as the image does.
 *
 * @throws {InitFailure} at the first file that fails, as the image stops there.
 */
export async function runInitFiles(files: readonly InitFile[], context: Context): Promise<void> {
  const { server, options } = context;
  checkUnpackers(files, options);
  await makePrivateFolder(server.sockets);
  const port = Number(server.service.environment.get('PGPORT') ?? '') || 5432;
  checkSocketPath(join(server.sockets, `.s.PGSQL.${port}`));
  const log = join(options.cache, 'postgres', `.init-${randomBytes(6).toString('hex')}.log`);
  const process = await options.launch(serverProcess(server, { addresses: [], port }));
  try {
    await using temporary = await startTemporaryServer(process, {
      folder: server.folder,
      log,
      signal: options.signal,
    });
    await runFiles(files, { ...context, port, temporary });
    await temporary.stop();
  } finally {
    await rm(log, { force: true });
  }
}

function checkUnpackers(files: readonly InitFile[], { environment }: InitialiseOptions): void {
  for (const file of files) {
    const program = unpackerOf(file);
    if (program === undefined || programIn(environment['PATH'], program) !== undefined) continue;
    throw new InitFailure(
      `${file.inside} needs the program ${program}, which this machine lacks`,
      [],
    );
  }
}

async function runFiles(
  files: readonly InitFile[],
  {
    server,
    settings,
    options,
    port,
    temporary,
  }: Context & { readonly port: number; readonly temporary: TemporaryServer },
): Promise<void> {
  const bash = programIn(options.environment['PATH'], 'bash');
  // A bash whose standard input is a socket takes itself for a remote shell and reads the user's own settings.
  const shell = bash === undefined ? (['/bin/sh'] as const) : ([bash, '--norc'] as const);
  const { argv, cwd, environment } = await options.launch({
    argv: [...shell, '-c', initDriver, speaker, ...driverArguments(files, server.paths)],
    cwd: '/',
    environment: scriptEnvironment(server, settings, port),
  });
  const last: string[] = [];
  const result = await runCommand(argv, {
    cwd,
    environment,
    signal: options.signal,
    onLine: (text) => {
      options.emit({ kind: 'output', service: server.service.name, text });
      last.push(text);
      if (last.length > shownLines) last.shift();
    },
  });
  const { exit } = result;
  if (exit.kind === 'code' && exit.code === 0) return;
  const running = last.findLast((line) => line.startsWith(`${speaker}: `));
  const file = running?.split(' ').at(-1) ?? 'a file of the first start';
  const lines = last.filter((line) => line.trim() !== '');
  throw new InitFailure(`${file} failed`, lines.length > 1 ? lines : await temporary.lines(), {
    ...(exit.kind === 'code' && { code: exit.code }),
  });
}

/** The image's defaults are put in, values from files are known, as it exports them. */
function scriptEnvironment(
  server: PostgresServer,
  { user, database, password }: PostgresSettings,
  port: number,
): ReadonlyMap<string, string> {
  const environment = new Map(clientEnvironment(server, port));
  for (const name of [
    'POSTGRES_USER',
    'POSTGRES_DB',
    'POSTGRES_PASSWORD',
    'POSTGRES_INITDB_ARGS',
  ]) {
    environment.delete(`${name}_FILE`);
  }
  environment.set('POSTGRES_USER', user).set('POSTGRES_DB', database);
  if (password !== undefined) {
    environment.set('POSTGRES_PASSWORD', password);
    if (!environment.has('PGPASSWORD')) environment.set('PGPASSWORD', password);
  }
  return environment;
}
