import { join } from 'node:path';

import type { Preflight } from '../../engine/engine.ts';
import type { Artifact } from '../../model/observed.ts';
import type { Build, Service } from '../../model/project.ts';
import { processInside, type ProviderContext, unitOf } from './app-provider.ts';
import {
  artifactOf,
  planService,
  type PlannedService,
  provideImage,
} from './build/build-service.ts';
import type { BuildMachine } from './build/find-runtimes.ts';
import type { NativeImage } from './image.ts';
import type { OuterProcess } from './isolation.ts';
import type {
  InsideRequest,
  PrepareOptions,
  ProvidedUnit,
  Provider,
  UnitOptions,
} from './provider.ts';

/** `build:`: the Dockerfile's files and set-up steps, run by this machine's interpreter. */
// oxlint-disable-next-line max-lines-per-function -- what the five methods share
export function buildProvider(service: Service, build: Build, context: ProviderContext): Provider {
  let planned: Promise<PlannedService> | undefined;
  let image: NativeImage | undefined;
  const { options, surrounder } = context;
  const store = join(options.directories.cache, 'builds');

  const plan = (signal: AbortSignal): Promise<PlannedService> => {
    planned ??= (async () => {
      const machine = await machineOf(context, signal);
      return planService(service, build, { machine, signal });
    })();
    return planned;
  };
  const make = async (
    looked: PlannedService,
    { force, signal, emit }: PrepareOptions,
  ): ReturnType<typeof provideImage> => {
    const { level } = await surrounder.level(signal);
    return provideImage(looked, {
      service: service.name,
      store,
      force,
      namespaced: level === 'mount',
      environment: stepEnvironment(context),
      surround: (inner, surroundings) =>
        surrounder.surround(inner, surroundings, `${service.name}-setup`),
      signal,
      emit,
    });
  };
  const provide = async (asked: PrepareOptions): Promise<boolean> => {
    const looked = await plan(asked.signal);
    const digest = looked.plan?.digest ?? service.name;
    const other = context.making.get(digest);
    const making = (async () => {
      await other;
      // What another service has just made need not be made again, although it was asked for.
      return make(looked, other === undefined ? asked : { ...asked, force: false });
    })();
    // At once: whoever asks while this one waits has to see it.
    context.making.set(digest, making);
    const made = await making;
    ({ image } = made);
    return made.changed;
  };
  const imageOf = async (options_: Omit<PrepareOptions, 'force'>): Promise<NativeImage> => {
    if (image === undefined) await provide({ ...options_, force: false });
    if (image === undefined) throw new Error('an image was made or an error thrown');
    return image;
  };
  return {
    check: async (signal): Promise<Preflight> => (await plan(signal)).check,
    artifact: async (signal): Promise<Artifact | undefined> =>
      artifactOf(await plan(signal), store),
    prepare: provide,
    unit: async (asked: UnitOptions): Promise<ProvidedUnit> =>
      unitOf(service, await imageOf(asked), { ...context, ...asked }),
    inside: async (request: InsideRequest): Promise<OuterProcess> =>
      processInside(service, await imageOf(request), { ...context, ...request }),
  };
}

/** What of this machine matters to builds. */
export async function machineOf(
  { options, surrounder }: ProviderContext,
  signal: AbortSignal,
): Promise<BuildMachine> {
  const { level } = await surrounder.level(signal);
  const { directories, environment, programs } = options;
  return {
    cache: directories.cache,
    path: environment['PATH'],
    node: programs.node,
    namespaced: level === 'mount',
  };
}

/** Set-up steps reach the network and its caches as the user's own commands do. */
const PASSED_ON =
  /^(HOME|TMPDIR|LANG|USER|LOGNAME|https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY|ALL_PROXY|all_proxy|npm_config_.*|NPM_CONFIG_.*|PIP_.*|UV_.*|YARN_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_.*|REQUESTS_CA_BUNDLE|XDG_CACHE_HOME)$/;

/** What npm tells the programs that it runs of the place where it runs them: not for another folder. */
const NPM_PLACE =
  /^npm_config_(local_prefix|prefix|init_module|node_gyp|npm_version|user_agent|noproxy|loglevel)$/;

function stepEnvironment({ options }: ProviderContext): Readonly<Record<string, string>> {
  const { environment, home } = options;
  const passed = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && PASSED_ON.test(name) && !NPM_PLACE.test(name)
      ? [[name, value] as const]
      : [],
  );
  return {
    ...Object.fromEntries(passed),
    HOME: home,
    PATH: environment['PATH'] ?? '/usr/bin:/bin',
    CI: 'true',
  };
}
