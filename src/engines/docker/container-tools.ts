import type {
  ContainerEvent,
  ContainerTools,
  ImageRow,
  ProcessTable,
  UsageRow,
} from '../../engine/container-tools.ts';
import type { Service, ServiceName } from '../../model/project.ts';
import { DockerError } from './api.ts';
import { canonicalService } from './canonical-service.ts';
import { imageNameOf } from './container-request.ts';
import { listContainers, nameOf, serviceOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { copyFiles } from './copy-files.ts';
import { explainRefusal } from './failures.ts';
import { encodeImage, findImage, pullImage, pushImage, wantsPull } from './images.ts';
import { jsonLines } from './json-lines.ts';
import { textOf } from './json.ts';
import { label } from './labels.ts';
import type { Container, EngineEvent } from './shapes.ts';

/** At a time: registries and builders slow down with more. */
const SIDE_BY_SIDE = 4;

export function containerTools(context: DockerContext): ContainerTools {
  const imageOf = (service: Service): string => imageNameOf(context.project, service);
  return {
    pull: (services, options) => pullImages(context, services, options),
    async build(services, options) {
      const { buildImage } = await import('./build-image.ts');
      for (const service of services) await buildImage(context, service, options);
    },
    async push(services, options) {
      const own = services.filter(({ build, image }) => build !== undefined && image !== undefined);
      await inTurns(own, (service) =>
        pushImage(context, imageOf(service), { ...options, service }),
      );
    },
    images: (services, { signal }) => imagesOf(context, services, signal),
    top: (services, { signal }) => processesOf(context, services, signal),
    usage: (services, { signal }) => usageOf(context, services, signal),
    signal: (services, { signal, name }) => sendSignal(context, services, { signal, name }),
    events: (services, { signal }) => eventsOf(context, services, signal),
    copy: (request, { signal }) => copyFiles(context, request, signal),
    async removeImages(services, { which, signal, emit }) {
      const chosen = services.filter(({ image }) => which === 'all' || image === undefined);
      for (const name of new Set(chosen.map(imageOf))) {
        await removeImage(context, name, signal);
        emit({ kind: 'note', level: 'info', text: `image ${name} removed` });
      }
    },
  };
}

async function pullImages(
  context: DockerContext,
  services: readonly Service[],
  { which, ...options }: Parameters<ContainerTools['pull']>[1],
): Promise<void> {
  const wanted = await Promise.all(
    services.map(async (service) => {
      const canonical = canonicalService(context.project, service.name);
      const policy = textOf(canonical['pull_policy']);
      const platform = textOf(canonical['platform']);
      const name = imageNameOf(context.project, service);
      if (service.image === undefined) return [];
      if (which === 'all') return service.build === undefined ? [{ name, service, platform }] : [];
      if (policy === undefined) return [];
      const image = await findImage(context, name, options.signal);
      const isDue = image !== undefined && wantsPull(service, policy, image);
      return isDue ? [{ name, service, platform }] : [];
    }),
  );
  const byImage = new Map(wanted.flat().map((each) => [each.name, each] as const));
  await inTurns([...byImage], ([name, { service, platform }]) =>
    pullImage(context, name, {
      ...options,
      service,
      ...(platform !== undefined && { platform }),
    }),
  );
}

async function inTurns<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
}

async function removeImage(
  { api }: DockerContext,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await api.call({ method: 'DELETE', path: `/images/${encodeImage(name)}`, signal });
  } catch (error) {
    if (error instanceof DockerError && error.status === 404) return;
    throw explainRefusal(error, { doing: `remove image ${name}`, image: name });
  }
}

async function chosenContainers(
  context: DockerContext,
  services: readonly ServiceName[],
  signal: AbortSignal,
): Promise<readonly Container[]> {
  const all = await listContainers(context, signal);
  return all.filter(
    (each) => services.length === 0 || services.some((name) => name === serviceOf(each)),
  );
}

function isRunning({ State }: Container): boolean {
  return State.Status === 'running';
}

async function imagesOf(
  context: DockerContext,
  services: readonly ServiceName[],
  signal: AbortSignal,
): Promise<readonly ImageRow[]> {
  const containers = await chosenContainers(context, services, signal);
  return Promise.all(
    containers.map(async (container) => {
      const image = await findImage(context, container.Image, signal);
      const [tagged = '<none>:<none>'] = image?.RepoTags ?? [];
      const name =
        (image?.RepoTags ?? []).find((each) => isNamed(each, container.Config.Image)) ?? tagged;
      const colon = name.lastIndexOf(':');
      return {
        container: nameOf(container),
        repository: name.slice(0, colon),
        tag: name.slice(colon + 1),
        id: container.Image,
        sizeBytes: image?.Size ?? 0,
      };
    }),
  );
}

/** A name without a tag means `latest`. */
function isNamed(tagged: string, written: string): boolean {
  return tagged === written || tagged === `${written}:latest`;
}

async function processesOf(
  context: DockerContext,
  services: readonly ServiceName[],
  signal: AbortSignal,
): Promise<readonly ProcessTable[]> {
  const containers = (await chosenContainers(context, services, signal)).filter(isRunning);
  return Promise.all(
    containers.map(async (container) => {
      const { Titles, Processes } = await context.api.call<{
        readonly Titles: readonly string[];
        readonly Processes: readonly (readonly string[])[] | null;
      }>({ path: `/containers/${container.Id}/top`, signal });
      return { container: nameOf(container), titles: Titles, processes: Processes ?? [] };
    }),
  );
}

interface Stats {
  readonly cpu_stats?: Cpu;
  readonly precpu_stats?: Cpu;
  readonly memory_stats?: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: Readonly<Record<string, number>>;
  };
  readonly pids_stats?: { readonly current?: number };
}

interface Cpu {
  readonly cpu_usage?: { readonly total_usage?: number };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

async function usageOf(
  context: DockerContext,
  services: readonly ServiceName[],
  signal: AbortSignal,
): Promise<readonly UsageRow[]> {
  const containers = (await chosenContainers(context, services, signal)).filter(isRunning);
  return Promise.all(
    containers.map(async (container) => {
      const stats = await context.api.call<Stats>({
        path: `/containers/${container.Id}/stats`,
        query: { stream: false },
        signal,
      });
      const memory = stats.memory_stats ?? {};
      // What can be dropped at any time is not used, as Docker's own client counts.
      const cached = memory.stats?.['total_inactive_file'] ?? memory.stats?.['inactive_file'] ?? 0;
      return {
        container: nameOf(container),
        service: serviceOf(container),
        cpuPercent: cpuPercent(stats),
        memoryBytes: Math.max(0, (memory.usage ?? 0) - cached),
        memoryLimitBytes: memory.limit ?? 0,
        processes: stats.pids_stats?.current ?? 0,
      };
    }),
  );
}

function cpuPercent({ cpu_stats: now = {}, precpu_stats: before = {} }: Stats): number {
  const used = (now.cpu_usage?.total_usage ?? 0) - (before.cpu_usage?.total_usage ?? 0);
  const passed = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  return passed <= 0 || used <= 0 ? 0 : (used / passed) * (now.online_cpus ?? 1) * 100;
}

async function sendSignal(
  context: DockerContext,
  services: readonly ServiceName[],
  { signal, name }: { readonly signal: AbortSignal; readonly name: string },
): Promise<readonly string[]> {
  const containers = (await chosenContainers(context, services, signal)).filter(isRunning);
  try {
    await Promise.all(
      containers.map(async ({ Id }) => {
        context.stopped.add(Id);
        await context.api.call({
          method: 'POST',
          path: `/containers/${Id}/kill`,
          query: { signal: name },
          signal,
        });
      }),
    );
  } catch (error) {
    throw explainRefusal(error, { doing: `send ${name}` });
  }
  return containers.map(nameOf);
}

async function* eventsOf(
  context: DockerContext,
  services: readonly ServiceName[],
  signal: AbortSignal,
): AsyncGenerator<ContainerEvent, void, undefined> {
  const filters = {
    type: ['container'],
    label: [`${label.project}=${context.project.name}`, `${label.oneOff}=False`],
  };
  const stream = await context.api.stream({ path: '/events', query: { filters }, signal });
  try {
    for await (const { Action, Actor, time, timeNano } of jsonLines<EngineEvent>(stream)) {
      const { [label.service]: service = '', name = '', ...rest } = Actor.Attributes;
      if (services.length > 0 && !services.some((each) => each === service)) continue;
      // Probes of healthchecks would drown everything else.
      if (Action.startsWith('exec_')) continue;
      const attributes = Object.fromEntries(
        Object.entries(rest).filter(([key]) => !key.startsWith('com.docker.compose.')),
      );
      const atMs = timeNano === undefined ? time * 1000 : timeNano / 1e6;
      yield { atMs, container: name, service, action: Action, attributes };
    }
  } finally {
    stream.destroy();
  }
}
