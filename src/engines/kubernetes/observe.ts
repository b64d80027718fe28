import { parseLeaves } from '../../model/leaves.ts';
import type { ExitStatus, Health, ObservedReplica, ReplicaState } from '../../model/observed.ts';
import { parseServiceName, type ServiceName } from '../../model/project.ts';
import type { KubernetesObject } from './object.ts';
import { FINGERPRINT, type KubernetesOptions, LABEL, ORIGIN } from './options.ts';
import { endOf } from './remembered-end.ts';
import { isStopped } from './services.ts';
import { type ContainerStatus, type Pod, type TerminatedState, timeMs } from './track/wire.ts';

/** Pods, and what made them, as the cluster has them. */
export interface SeenOfProject {
  readonly pods: readonly Pod[];
  /** Deployments, StatefulSets, Jobs … of the project. */
  readonly workloads: readonly KubernetesObject[];
  readonly nowMs: number;
}

/** Pods of services as copies, in the order of the file, the oldest first; a pod that is on its way out is none. */
export function replicasOf(
  { project, names }: Pick<KubernetesOptions, 'project' | 'names'>,
  { pods, workloads, nowMs }: SeenOfProject,
): readonly ObservedReplica[] {
  const known = new Set(names.values());
  const strangers = [
    ...new Set(
      pods.filter(isOfService).flatMap(({ metadata }) => metadata.labels?.[LABEL.name] ?? []),
    ),
  ]
    .filter((name) => !known.has(name))
    .flatMap((name) => parseServiceName(name) ?? []);
  const services = [...project.services.map(({ name }) => name), ...strangers];
  const [podsOf, workloadsOf] = [byName(pods), byName(workloads)];
  return services.flatMap((service) => {
    const name = names.get(service) ?? service;
    const own = (podsOf.get(name) ?? [])
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .toSorted(
        (a, b) => timeMs(a.metadata.creationTimestamp) - timeMs(b.metadata.creationTimestamp),
      );
    const [workload] = workloadsOf.get(name) ?? [];
    const made = workload === undefined ? { fingerprint: '' } : madeOf(workload);
    return own.map((pod, index) => replicaOf(pod, { service, number: index + 1, made, nowMs }));
  });
}

function byName<T extends KubernetesObject>(objects: readonly T[]): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const object of objects) {
    const name = object.metadata.labels?.[LABEL.name] ?? '';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [object]);
    else group.push(object);
  }
  return groups;
}

/** Neither a release task nor a command that somebody runs. */
function isOfService({ metadata }: Pod): boolean {
  const component = metadata.labels?.[LABEL.component];
  return component !== 'release-task' && component !== 'one-off';
}

/** Services that were stopped have no pods; they are told as one copy that has ended. */
export function stoppedReplicasOf(
  { names }: Pick<KubernetesOptions, 'names'>,
  { workloads }: SeenOfProject,
): readonly ObservedReplica[] {
  const stopped = byName(workloads.filter(isStopped));
  return [...names].flatMap(([service, name]) =>
    (stopped.get(name) ?? []).map((workload) => ({
      name: workload.metadata.name,
      service,
      number: 1,
      ...madeOf(workload),
      command: [],
      createdAtMs: timeMs(workload.metadata.creationTimestamp),
      ports: [],
      state: { kind: 'exited', ...endOf(workload), stopped: true },
    })),
  );
}

type Made = Pick<ObservedReplica, 'fingerprint' | 'origin'>;

function madeOf({ metadata }: KubernetesObject): Made {
  const { [FINGERPRINT]: fingerprint = '', [ORIGIN]: written = '' } = metadata.annotations ?? {};
  const origin = parseLeaves(written);
  return { fingerprint, ...(origin !== undefined && { origin }) };
}

/** The container that is the service: the first that is not beside it. */
export function mainContainerOf({ spec }: Pod): string {
  return spec?.containers?.[0]?.name ?? '';
}

function replicaOf(
  pod: Pod,
  known: {
    readonly service: ServiceName;
    readonly number: number;
    readonly made: Made;
    readonly nowMs: number;
  },
): ObservedReplica {
  const main = mainContainerOf(pod);
  const spec = pod.spec?.containers?.find(({ name }) => name === main);
  return {
    name: pod.metadata.name,
    service: known.service,
    number: known.number,
    ...known.made,
    ...(spec?.image !== undefined && { image: spec.image }),
    command: [...(spec?.command ?? []), ...(spec?.args ?? [])],
    createdAtMs: timeMs(pod.metadata.creationTimestamp),
    ports: (spec?.ports ?? []).map(({ containerPort, protocol }) => ({
      hostIp: '',
      published: 0,
      target: containerPort,
      protocol: protocol === 'UDP' ? 'udp' : 'tcp',
    })),
    state: stateOf(pod, known.nowMs),
  };
}

export function stateOf(pod: Pod, nowMs: number): ReplicaState {
  const main = mainContainerOf(pod);
  const status = pod.status?.containerStatuses?.find(({ name }) => name === main);
  const { running, terminated, waiting } = status?.state ?? {};
  if (running !== undefined && status !== undefined) {
    const { restartCount: restarts = 0 } = status;
    const startedAtMs = timeMs(running.startedAt);
    return { kind: 'running', pid: 0, startedAtMs, health: healthOf(pod, status), restarts };
  }
  if (terminated !== undefined) {
    const { finishedAt } = terminated;
    return {
      kind: 'exited',
      exit: exitOf(terminated),
      finishedAtMs: timeMs(finishedAt),
      stopped: false,
    };
  }
  const last = status?.lastState?.terminated;
  if (waiting?.reason === 'CrashLoopBackOff' && last !== undefined) {
    const { restartCount: restarts = 0 } = status ?? {};
    return { kind: 'restarting', restarts, exit: exitOf(last), nextStartAtMs: nowMs };
  }
  return { kind: 'created' };
}

/** A signal is told as 128 and its number where the runtime does not say which it was. */
function exitOf({ exitCode }: TerminatedState): ExitStatus {
  return { kind: 'code', code: exitCode };
}

function healthOf(pod: Pod, { name, ready }: ContainerStatus): Health {
  const spec = pod.spec?.containers?.find((each) => each.name === name);
  if (spec?.readinessProbe === undefined && spec?.startupProbe === undefined)
    return { kind: 'none' };
  return { kind: ready === true ? 'healthy' : 'starting' };
}
