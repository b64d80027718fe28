import type { Service } from '../../model/project.ts';
import { freePort } from '../../host/tcp.ts';
import { addressesOf } from './addresses.ts';
import { appUnit } from './app-unit.ts';
import type { NativeImage } from './image.ts';
import { type BaseEnvironment, type Inner, innerProcessOf } from './inner-process.ts';
import type { OuterProcess } from './isolation.ts';
import type { NativeOptions } from './options.ts';
import type { InsideRequest, ProvidedUnit, UnitOptions } from './provider.ts';
import { replicaNameOf, unitNameOf } from './start-spec.ts';
import type { Surrounder } from './surrounder.ts';
import { type Places, surroundingsOf } from './surroundings.ts';

/** What a provider works with. */
export interface ProviderContext {
  readonly options: NativeOptions;
  readonly surrounder: Surrounder;
  readonly places: Places;
  /** Images that are being made, by digest: services with the same build share the work. */
  readonly making: Map<string, Promise<unknown>>;
}

/** The unit of a service whose image stands for a folder of files and an interpreter of this machine. */
export async function unitOf(
  service: Service,
  image: NativeImage,
  { options, surrounder, places, number, fingerprint }: ProviderContext & UnitOptions,
): Promise<ProvidedUnit> {
  const key = unitNameOf(service.name, number);
  return appUnit({
    project: options.project,
    service,
    image,
    number,
    fingerprint,
    places,
    base: baseOf(service, number, options),
    addresses: addressesOfProject(options),
    freePort: () => freePort('127.0.0.1'),
    isolate: (inner, surroundings) => surrounder.surround(inner, surroundings, key),
  });
}

/** Another command where the service's own would run. */
export async function processInside(
  service: Service,
  image: NativeImage,
  { options, surrounder, places, ...request }: ProviderContext & InsideRequest,
): Promise<OuterProcess> {
  const own = innerProcessOf(service, image, baseOf(service, request.number, options));
  const entrypoint = request.entrypoint ?? service.entrypoint ?? image.entrypoint ?? [];
  const inner = withRequest(own, entrypoint, request);
  const [program = '/bin/sh', ...args] = inner.argv;
  const surroundings = surroundingsOf(options.project, service, {
    image,
    places,
    addresses: addressesOfProject(options),
  });
  const key = `${unitNameOf(service.name, request.number)}-beside`;
  return surrounder.surround({ ...inner, argv: [program, ...args] }, surroundings, key);
}

function withRequest(
  own: Inner,
  ownEntrypoint: readonly string[],
  {
    beside,
    command,
    environment,
    workingDir,
  }: Pick<InsideRequest, 'beside' | 'command' | 'environment' | 'workingDir'>,
): Inner {
  const entrypoint = beside ? [] : ownEntrypoint;
  return {
    argv: command === undefined ? own.argv : [...entrypoint, ...command],
    cwd: workingDir ?? own.cwd,
    environment: new Map([...own.environment, ...environment]),
  };
}

/** What every program needs, and no more: the environment starts empty, as in a container. */
export function baseOf(service: Service, number: number, options: NativeOptions): BaseEnvironment {
  const { home, temporary, project } = options;
  return {
    home,
    temporary,
    path: ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    hostname: replicaNameOf(project.name, service, number),
  };
}

export function addressesOfProject({
  project,
  directories,
}: NativeOptions): ReturnType<typeof addressesOf> {
  const names = project.services.map(({ name }) => name);
  return addressesOf(directories.state, names, process.platform);
}
