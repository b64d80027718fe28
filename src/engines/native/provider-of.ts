import type { Preflight } from '../../engine/engine.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Service } from '../../model/project.ts';
import { processInside, type ProviderContext, unitOf } from './app-provider.ts';
import { buildProvider, machineOf } from './build-provider.ts';
import { provideRuntime } from './build/find-runtimes.ts';
import { runtimeOf } from './build/runtime.ts';
import type { NativeImage } from './image.ts';
import { nativeCommandProvider } from './native-command-provider.ts';
import { postgresClientProvider } from './postgres-client-provider.ts';
import { postgresProvider } from './postgres-provider.ts';
import { recognisePostgres } from './postgres/recognise-postgres.ts';
import { runsServer } from './postgres/server-process.ts';
import { allClear, type Provider } from './provider.ts';

/** Chooses what runs in place of a service's image. */
export function providerOf(service: Service, context: ProviderContext): Provider {
  const { native, build, image } = service;
  if (native?.command !== undefined) return nativeCommandProvider(service, native, context);
  if (build !== undefined) return buildProvider(service, build, context);
  const postgres = recognisePostgres(image ?? '');
  if (postgres?.kind === 'postgres') {
    const provider = runsServer(commandOf(service)) ? postgresProvider : postgresClientProvider;
    return provider(service, postgres, context);
  }
  if (postgres?.kind === 'refused') return refusing(service, postgres);
  return interpreterProvider(service, image ?? '', context);
}

function commandOf({ entrypoint = [], command = [] }: Service) {
  return { command: [...entrypoint, ...command] };
}

/** `image: node:20` and the like, with the sources mounted: this machine's interpreter, and no files of its own. */
function interpreterProvider(service: Service, image: string, context: ProviderContext): Provider {
  const runtime = runtimeOf(image);
  if (runtime.kind === 'refused') return refusing(service, runtime);
  const provide = async (signal: AbortSignal) =>
    provideRuntime(runtime, {
      service,
      at: service.at,
      image,
      machine: await machineOf(context, signal),
      signal,
    });
  const imageOf = async (signal: AbortSignal): Promise<NativeImage> => {
    const { folders, version = '' } = await provide(signal);
    return {
      paths: [],
      environment: new Map(),
      workingDir: '/',
      exposed: [],
      programFolders: folders,
      digest: `${image} ${version}`,
    };
  };
  return {
    check: async (signal): Promise<Preflight> => {
      const { diagnostic, note } = await provide(signal);
      return {
        ...allClear,
        diagnostics: [
          ...(diagnostic === undefined ? [] : [diagnostic]),
          ...withoutCommand(service, image),
        ],
        notes: note === undefined ? [] : [{ service: service.name, text: note }],
      };
    },
    artifact: () => Promise.resolve(undefined),
    prepare: () => Promise.resolve(false),
    unit: async (options) =>
      unitOf(service, await imageOf(options.signal), { ...context, ...options }),
    inside: async (request) =>
      processInside(service, await imageOf(request.signal), { ...context, ...request }),
  };
}

function withoutCommand(service: Service, image: string): readonly Diagnostic[] {
  if ((service.entrypoint ?? []).length + (service.command ?? []).length > 0) return [];
  return [
    {
      code: 'native/no-command',
      severity: 'error',
      message: `nothing says what service ${service.name} runs: ${image} only starts an interpreter, which ends without a terminal`,
      help: 'Add command to the service.',
      at: service.at,
    },
  ];
}

function refusing(
  service: Service,
  { why, help }: { readonly why: string; readonly help: string },
): Provider {
  const refuse = (): never => {
    throw new Error(`preflight has refused service ${service.name}`);
  };
  return {
    check: () =>
      Promise.resolve({
        ...allClear,
        diagnostics: [
          {
            code: 'native/no-such-image',
            severity: 'error',
            message: `service ${service.name}: ${why}`,
            help,
            at: service.at,
          },
        ],
      }),
    artifact: () => Promise.resolve(undefined),
    prepare: refuse,
    unit: refuse,
    inside: refuse,
  };
}
