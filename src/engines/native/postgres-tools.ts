import type { Emitting } from '../../engine/engine.ts';
import type { Service } from '../../model/project.ts';
import { baseOf, type ProviderContext } from './app-provider.ts';
import type { BaseEnvironment } from './inner-process.ts';
import { findBinaries } from './postgres/find-binaries.ts';
import { findLauncher, type Launcher } from './postgres/launcher.ts';
import type { PostgresBinaries } from './postgres/postgres-binaries.ts';
import { toolsFolder } from './postgres/tools-folder.ts';

/** What the image `postgres` brings, on this machine. */
export interface PostgresTools {
  readonly binaries: PostgresBinaries;
  readonly launcher: Launcher;
  /** Folder of the programs that the image has; it goes before the usual `PATH`. */
  readonly tools: string;
  readonly base: BaseEnvironment;
}

/** Finds the programs of a major version, and those that a service may call. */
export async function findPostgresTools(
  service: Service,
  major: number,
  { options, signal, emit }: Pick<ProviderContext, 'options'> & Emitting & { signal: AbortSignal },
): Promise<PostgresTools> {
  const { programs, environment, uid } = options;
  const { cache } = options.directories;
  const [binaries, launcher] = await Promise.all([
    findBinaries(major, {
      cache,
      folder: programs.folder,
      environment,
      node: programs.node,
      signal,
      emit,
    }),
    findLauncher({ cache, environment, uid, gid: process.getgid?.() ?? 0, signal }),
  ]);
  const base = baseOf(service, 1, options);
  const tools = await toolsFolder({
    cache,
    binaries,
    launcher,
    node: programs.node,
    psql: programs.psql,
    path: base.path.join(':'),
  });
  return { binaries, launcher, tools, base };
}
