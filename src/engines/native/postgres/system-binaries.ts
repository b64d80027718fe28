import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { runCommand } from '../../../host/run-command.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { helperEnvironment, programIn } from './machine-facts.ts';

/** Where distributions and package managers put a server of one major version. */
const USUAL = [
  '/usr/lib/postgresql/<major>/bin',
  '/usr/pgsql-<major>/bin',
  '/usr/libexec/postgresql<major>',
  '/opt/homebrew/opt/postgresql@<major>/bin',
  '/usr/local/opt/postgresql@<major>/bin',
  '/Applications/Postgres.app/Contents/Versions/<major>/bin',
];

/** A server of this major version that somebody has installed on the machine. */
export async function systemBinaries(
  major: number,
  options: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly signal: AbortSignal;
  },
): Promise<PostgresBinaries | undefined> {
  const usual = USUAL.map((folder) => folder.replace('<major>', String(major)));
  const own = programIn(options.environment['PATH'], 'postgres');
  const folders = [...usual, ...(own === undefined ? [] : [dirname(await realpath(own))])];
  for (const bin of folders) {
    const version = await versionOf(join(bin, 'postgres'), options);
    if (version === undefined || Number.parseInt(version, 10) !== major) continue;
    if ((await versionOf(join(bin, 'initdb'), options)) === undefined) continue;
    return { major, version, bin, build: `system-${version}`, origin: 'system' };
  }
  return undefined;
}

async function versionOf(
  program: string,
  { environment, signal }: Parameters<typeof systemBinaries>[1],
): Promise<string | undefined> {
  try {
    const { stdout } = await runCommand([program, '--version'], {
      environment: helperEnvironment(environment),
      signal,
    });
    return /\(PostgreSQL\) (\d+(?:\.\d+|\w+)?)/.exec(stdout)?.[1];
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
