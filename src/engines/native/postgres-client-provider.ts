import type { Service } from '../../model/project.ts';
import { processInside, type ProviderContext, unitOf } from './app-provider.ts';
import type { NativeImage } from './image.ts';
import { newestMajor } from './postgres/package-table.ts';
import type { PostgresImage } from './postgres/recognise-postgres.ts';
import { findPostgresTools } from './postgres-tools.ts';
import { allClear, type PrepareOptions, type Provider } from './provider.ts';

/** `image: postgres` for the sake of its programs, as for a script that calls `psql`: no server, no data. */
export function postgresClientProvider(
  service: Service,
  { major = newestMajor }: PostgresImage,
  context: ProviderContext,
): Provider {
  const imageOf = async ({
    signal,
    emit,
  }: Pick<PrepareOptions, 'signal' | 'emit'>): Promise<NativeImage> => {
    const { binaries, tools } = await findPostgresTools(service, major, {
      options: context.options,
      signal,
      emit,
    });
    return {
      paths: [],
      environment: new Map([
        ['PG_MAJOR', String(binaries.major)],
        ['PG_VERSION', binaries.version],
        ['PGDATA', '/var/lib/postgresql/data'],
      ]),
      workingDir: '/',
      exposed: [],
      programFolders: [tools],
      digest: `postgres ${binaries.version}`,
    };
  };
  return {
    check: () => Promise.resolve(allClear),
    artifact: () => Promise.resolve(undefined),
    prepare: async (options) => {
      await imageOf(options);
      return false;
    },
    unit: async (options) => unitOf(service, await imageOf(options), { ...context, ...options }),
    inside: async (request) =>
      processInside(service, await imageOf(request), { ...context, ...request }),
  };
}
