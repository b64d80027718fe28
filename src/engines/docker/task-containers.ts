import type { ObservedTask, TaskState } from '../../model/observed.ts';
import { parseServiceName } from '../../model/project.ts';
import { imageNameOf } from './container-request.ts';
import { inspectContainer, serviceOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { label } from './labels.ts';
import type { Container, ContainerRow } from './shapes.ts';

/**
 * What Docker Compose calls a container in which it runs a `pre_start` command. It neither counts nor replaces those, and
 * takes them down with their project.
 */
export const HOOK = 'pre_start';

/** Runs of release tasks, by service the last one first. */
export async function taskContainers(
  context: Pick<DockerContext, 'api' | 'project'>,
  signal: AbortSignal,
  service?: string,
): Promise<readonly Container[]> {
  const { api, project } = context;
  const labels = [
    `${label.project}=${project.name}`,
    label.task,
    ...(service === undefined ? [] : [`${label.service}=${service}`]),
  ];
  const rows = await api.call<readonly ContainerRow[]>({
    path: '/containers/json',
    query: { all: true, filters: { label: labels } },
    signal,
  });
  const found = await Promise.all(rows.map(({ Id }) => inspectContainer(context, Id, signal)));
  return found
    .flatMap((container) => container ?? [])
    .toSorted((one, other) => taskNumberOf(other) - taskNumberOf(one));
}

/** The last run of each service's release task. */
export function lastTasks(containers: readonly Container[]): readonly Container[] {
  const services = new Set(containers.map(serviceOf));
  return [...services].flatMap(
    (service) => containers.find((each) => serviceOf(each) === service) ?? [],
  );
}

/** From 1. */
export function taskNumberOf({ Config }: Container): number {
  return Number(Config.Labels?.[label.task] ?? 0) || 0;
}

/** No copy of a service is called so: those end in a number. */
export function taskNameOf(project: string, service: string, number: number): string {
  return `${project}-${service}-${number}-task`;
}

export function isUnderWay({ State }: Container): boolean {
  return ['running', 'paused', 'restarting'].includes(State.Status);
}

/** The last runs of release tasks, as a plan compares them. Of another image than now, each is another task. */
export function observedTasks(
  context: Pick<DockerContext, 'project' | 'ready'>,
  containers: readonly Container[],
  images: ReadonlyMap<string, string>,
): readonly ObservedTask[] {
  return lastTasks(containers).flatMap((container): readonly ObservedTask[] => {
    const service = parseServiceName(serviceOf(container));
    if (service === undefined) return [];
    const written = context.project.services.find(({ name }) => name === service);
    const image =
      written === undefined ? undefined : images.get(imageNameOf(context.project, written));
    const fingerprint = taskFingerprintOf(container, image);
    return [{ service, fingerprint, state: taskStateOf(context, container) }];
  });
}

export function taskFingerprintOf({ Config, Image }: Container, image: string | undefined): string {
  const isOther = image !== undefined && image !== Image;
  return isOther ? `other image ${Image}` : (Config.Labels?.[label.fingerprint] ?? '');
}

/** What the engine says of a container whose end it did not see, for it had ended before. */
const NOBODY_SAW = 255;

function taskStateOf({ ready }: Pick<DockerContext, 'ready'>, container: Container): TaskState {
  const { State, Id } = container;
  if (isUnderWay(container)) return { kind: 'running', startedAtMs: Date.parse(State.StartedAt) };
  // About to be started.
  if (State.Status === 'created') return { kind: 'running', startedAtMs: 0 };
  const isUnknown = State.ExitCode === NOBODY_SAW && !ready.has(Id, State.StartedAt);
  return {
    kind: 'finished',
    finishedAtMs: Date.parse(State.FinishedAt),
    exit: isUnknown ? { kind: 'unknown' } : { kind: 'code', code: State.ExitCode },
  };
}
