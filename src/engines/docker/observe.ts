import type {
  Health,
  Observed,
  ObservedPort,
  ObservedReplica,
  ReplicaState,
} from '../../model/observed.ts';
import { parseLeaves } from '../../model/leaves.ts';
import { parseServiceName } from '../../model/project.ts';
import { imageNameOf } from './container-request.ts';
import { listContainers, nameOf, numberOf, serviceOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { findImage } from './images.ts';
import { label } from './labels.ts';
import type { Container, Network, Volume } from './shapes.ts';
import { observedTasks, taskContainers } from './task-containers.ts';

/** Looks at everything of the project that the engine has. */
export async function observe(context: DockerContext, signal: AbortSignal): Promise<Observed> {
  const [containers, tasks, images, networks, volumes] = await Promise.all([
    listContainers(context, signal),
    taskContainers(context, signal),
    imagesOf(context, signal),
    networksOf(context, signal),
    volumesOf(context, signal),
  ]);
  return {
    replicas: containers.flatMap((container) => replicaOf(context, container, images)),
    volumes,
    networks,
    tasks: observedTasks(context, tasks, images),
  };
}

/** Digest by name of each image that the project's services run. */
async function imagesOf(
  context: DockerContext,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { project } = context;
  const names = [...new Set(project.services.map((service) => imageNameOf(project, service)))];
  const found = await Promise.all(
    names.map(async (name) => [name, (await findImage(context, name, signal))?.Id] as const),
  );
  return new Map(found.flatMap(([name, id]) => (id === undefined ? [] : [[name, id]])));
}

async function networksOf(
  { api, project }: DockerContext,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const filters = { label: [`${label.project}=${project.name}`] };
  const found = await api.call<readonly Network[]>({
    path: '/networks',
    query: { filters },
    signal,
  });
  return found.map(({ Name }) => Name).toSorted((one, other) => (one < other ? -1 : 1));
}

async function volumesOf(
  { api, project }: DockerContext,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const filters = { label: [`${label.project}=${project.name}`] };
  const { Volumes } = await api.call<{ readonly Volumes: readonly Volume[] | null }>({
    path: '/volumes',
    query: { filters },
    signal,
  });
  return (Volumes ?? []).map(({ Name }) => Name).toSorted((one, other) => (one < other ? -1 : 1));
}

function replicaOf(
  context: DockerContext,
  container: Container,
  images: ReadonlyMap<string, string>,
): readonly ObservedReplica[] {
  const service = parseServiceName(serviceOf(container));
  if (service === undefined) return [];
  const origin = parseLeaves(container.Config.Labels?.[label.origin] ?? '');
  return [
    {
      name: nameOf(container),
      service,
      number: numberOf(container),
      fingerprint: fingerprintOf(context, container, images),
      ...(origin !== undefined && { origin }),
      image: container.Config.Image,
      command: [container.Path, ...(container.Args ?? [])],
      createdAtMs: Date.parse(container.Created),
      ports: portsOf(container),
      state: stateOf(context, container),
    },
  ];
}

/**
 * Of the service as it was when the container was made. One that Docker Compose made counts as ours where its own hash
 * says that it is up to date. One of another image than the engine would take now is out of date, whoever made it.
 */
export function fingerprintOf(
  { project, hashOf }: Pick<DockerContext, 'project' | 'hashOf'>,
  { Config, Image }: Container,
  images: ReadonlyMap<string, string>,
): string {
  const labels = Config.Labels ?? {};
  const service = project.services.find(({ name }) => name === labels[label.service]);
  if (service === undefined) return labels[label.fingerprint] ?? '';
  const image = images.get(imageNameOf(project, service));
  if (image !== undefined && image !== Image) return `other image ${Image}`;
  const own = labels[label.fingerprint];
  if (own !== undefined) return own;
  const theirs = labels[label.hash];
  return theirs !== undefined && theirs === hashOf(service.name) ? service.fingerprint : 'unknown';
}

export function stateOf(
  { ready, stopped }: Pick<DockerContext, 'ready' | 'stopped'>,
  container: Container,
): ReplicaState {
  const { State, RestartCount } = container;
  const exit = { kind: 'code', code: State.ExitCode } as const;
  switch (State.Status) {
    case 'running':
    case 'paused':
      return {
        kind: 'running',
        pid: State.Pid,
        startedAtMs: Date.parse(State.StartedAt),
        health: healthOf(container, ready),
        restarts: RestartCount,
      };
    case 'restarting':
      return { kind: 'restarting', restarts: RestartCount, exit, nextStartAtMs: Date.now() };
    case 'created':
      return { kind: 'created' };
    default:
      return {
        kind: 'exited',
        exit,
        finishedAtMs: Date.parse(State.FinishedAt),
        stopped: stopped.has(container.Id),
      };
  }
}

function healthOf({ Id, State }: Container, ready: DockerContext['ready']): Health {
  const { Health: health } = State;
  // Podman says nothing where Docker says that there is none.
  if (['', 'none'].includes(health?.Status ?? '')) return { kind: 'none' };
  const output = health?.Log?.at(-1)?.Output.trim();
  const said = output === undefined || output === '' ? {} : { lastOutput: output };
  if (health?.Status === 'healthy') return { kind: 'healthy', ...said };
  if (health?.Status === 'unhealthy') return { kind: 'unhealthy', ...said };
  return ready.has(Id, State.StartedAt) ? { kind: 'healthy' } : { kind: 'starting', ...said };
}

/** The engine binds a port of every address twice, once for each family: one says it all. */
function portsOf({ NetworkSettings }: Container): readonly ObservedPort[] {
  const ports = Object.entries(NetworkSettings.Ports ?? {}).flatMap(([key, bindings]) => {
    const [target, protocol] = key.split('/');
    return (bindings ?? []).map(({ HostIp, HostPort }) => ({
      hostIp: HostIp,
      published: Number(HostPort),
      target: Number(target),
      protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
    }));
  });
  return ports.filter(
    (port) =>
      port.hostIp !== '::' ||
      !ports.some(
        (other) =>
          other.hostIp === '0.0.0.0' &&
          other.published === port.published &&
          other.protocol === port.protocol,
      ),
  );
}
