import type {
  ClaimFacts,
  ClassFacts,
  ContainerFacts,
  ContainerState,
  CrashFacts,
  JobFacts,
  PodFacts,
  Termination,
  VolumeFacts,
  WarningFacts,
  WorkloadFacts,
} from '../../../diagnose/kubernetes-facts.ts';
import { titleOf, idOf } from '../object.ts';
import { bytesOfQuantity } from '../translate/quantity.ts';
import type { Storage } from './storage.ts';
import {
  type Claim,
  type ClusterEvent,
  type ContainerSpec,
  type ContainerStatus,
  type Job,
  type PersistentVolume,
  type Pod,
  type Probe,
  type StorageClass,
  type TerminatedState,
  timeMs,
  type Workload,
} from './wire.ts';

/** What is known besides the object itself. */
export interface Surroundings {
  readonly nowMs: number;
  /** Of the cluster, about this very object; warnings only. */
  readonly warnings: readonly ClusterEvent[];
  /** Ends of a container that were seen, the newest last. */
  readonly crashesOf: (pod: Pod, container: string) => readonly CrashFacts[];
}

export function podFacts(pod: Pod, owner: string, around: Surroundings): PodFacts {
  const { metadata, spec = {}, status = {} } = pod;
  const scheduled = status.conditions?.find(({ type }) => type === 'PodScheduled');
  const container = (init: boolean) => (each: ContainerSpec) =>
    containerFacts(each, { pod, init, around });
  return {
    name: metadata.name,
    owner,
    namespace: metadata.namespace ?? '',
    phase: status.phase ?? 'Unknown',
    ...(status.reason !== undefined && { reason: status.reason }),
    ...(status.message !== undefined && { message: status.message }),
    ageMs: around.nowMs - timeMs(metadata.creationTimestamp),
    ready: isReady(pod),
    ...(scheduled?.status === 'False' && { unscheduled: scheduled.message ?? '' }),
    containers: [
      ...(spec.initContainers ?? []).map(container(true)),
      ...(spec.containers ?? []).map(container(false)),
    ],
    warnings: warningFacts(around),
  };
}

function isReady({ status }: Pod): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  );
}

function containerFacts(
  spec: ContainerSpec,
  {
    pod,
    init,
    around,
  }: { readonly pod: Pod; readonly init: boolean; readonly around: Surroundings },
): ContainerFacts {
  const statuses = init ? pod.status?.initContainerStatuses : pod.status?.containerStatuses;
  const status = statuses?.find(({ name }) => name === spec.name);
  const last = status?.lastState?.terminated;
  const probe = probeInWords(spec.startupProbe ?? spec.readinessProbe);
  const memoryLimit = spec.resources?.limits?.['memory'];
  // A container before the others that runs on beside them restarts like those.
  const isSidecar = init && spec.restartPolicy === 'Always';
  return {
    name: spec.name,
    image: spec.image ?? '',
    init: init && !isSidecar,
    oneShot: pod.spec?.restartPolicy === 'Never' && !isSidecar,
    ready: status?.ready === true,
    restarts: status?.restartCount ?? 0,
    state: stateOf(status, around.nowMs),
    ...(last !== undefined && { last: terminationOf(last) }),
    ...(memoryLimit !== undefined && { memoryLimit }),
    ...(probe !== undefined && { probe }),
    crashes: around.crashesOf(pod, spec.name),
  };
}

function stateOf(status: ContainerStatus | undefined, nowMs: number): ContainerState {
  const { waiting, running, terminated } = status?.state ?? {};
  if (terminated !== undefined) return { kind: 'terminated', ...terminationOf(terminated) };
  if (running !== undefined) return { kind: 'running', forMs: nowMs - timeMs(running.startedAt) };
  if (waiting === undefined) return { kind: 'unknown' };
  return { kind: 'waiting', reason: waiting.reason ?? '', message: waiting.message ?? '' };
}

export function terminationOf({
  exitCode,
  reason = '',
  message = '',
}: TerminatedState): Termination {
  return { exitCode, reason, message: message.trim() };
}

function probeInWords(probe: Probe | undefined): string | undefined {
  if (probe === undefined) return undefined;
  const { httpGet, tcpSocket, grpc, exec } = probe;
  if (httpGet !== undefined) return `GET ${httpGet.path ?? '/'} on port ${httpGet.port}`;
  if (tcpSocket !== undefined) return `a connection to port ${tcpSocket.port}`;
  if (grpc !== undefined) return `gRPC on port ${grpc.port}`;
  return exec?.command?.join(' ');
}

function warningFacts({ warnings, nowMs }: Surroundings): readonly WarningFacts[] {
  return warnings
    .map(({ reason = '', message = '', firstTimestamp, eventTime, metadata }) => ({
      reason,
      message,
      ageMs: nowMs - timeMs(firstTimestamp ?? eventTime ?? metadata.creationTimestamp),
    }))
    .toSorted((a, b) => b.ageMs - a.ageMs);
}

export function jobFacts(job: Job, pods: readonly PodFacts[]): JobFacts {
  const { metadata, spec = {}, status = {} } = job;
  const failed = status.conditions?.find(
    ({ type, status: is }) => type === 'Failed' && is === 'True',
  );
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    ...(failed !== undefined && {
      failed: { reason: failed.reason ?? '', message: failed.message ?? '' },
    }),
    backoffLimit: spec.backoffLimit ?? 6,
    failures: status.failed ?? 0,
    pods,
  };
}

export function claimFacts(
  claim: Claim,
  { classes, volumes }: Storage,
  around: Surroundings,
): ClaimFacts {
  const { metadata, spec = {}, status = {} } = claim;
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    phase: status.phase ?? 'Pending',
    ...(spec.storageClassName !== undefined && { storageClass: spec.storageClassName }),
    size: spec.resources?.requests?.['storage'] ?? '',
    accessModes: spec.accessModes ?? [],
    ...(volumes !== undefined && { volumes: volumeFacts(claim, volumes) }),
    ...(classes !== undefined && { classes: classes.map(classFacts) }),
    ageMs: around.nowMs - timeMs(metadata.creationTimestamp),
    // That it waits for a pod is said by an event, too, and by no means a failure.
    warnings: warningFacts(around),
  };
}

/** Those that the claim could have: kept for it, named by it, or of the class that it asks for. */
function volumeFacts(
  { metadata, spec: wanted = {} }: Claim,
  volumes: readonly PersistentVolume[],
): readonly VolumeFacts[] {
  const { name, namespace = '' } = metadata;
  const asked = bytesOfQuantity(wanted.resources?.requests?.['storage'] ?? '') ?? 0;
  return volumes.flatMap((volume): readonly VolumeFacts[] => {
    const { claimRef, storageClassName = '', accessModes = [], capacity } = volume.spec ?? {};
    const isKept = claimRef?.namespace === namespace && claimRef.name === name;
    const isNamed = wanted.volumeName === volume.metadata.name;
    if (!isKept && !isNamed && storageClassName !== wanted.storageClassName) return [];
    const size = capacity?.['storage'] ?? '';
    return [
      {
        name: volume.metadata.name,
        phase: volume.status?.phase ?? '',
        size,
        isLargeEnough: (bytesOfQuantity(size) ?? 0) >= asked,
        accessModes,
        ...(claimRef !== undefined && {
          keptFor: { namespace: claimRef.namespace ?? '', name: claimRef.name ?? '' },
        }),
      },
    ];
  });
}

function classFacts({ metadata, volumeBindingMode }: StorageClass): ClassFacts {
  return {
    name: metadata.name,
    isDefault: metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
    waitsForPod: volumeBindingMode === 'WaitForFirstConsumer',
  };
}

/** `created`: what the cluster says when it makes pods of it; of its ReplicaSet where it has one. */
export function workloadFacts(workload: Workload, created: Surroundings): WorkloadFacts {
  const conditions = workload.status?.conditions ?? [];
  const refused = conditions.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  const event = created.warnings.findLast(({ reason }) => reason === 'FailedCreate');
  const said = refused?.message ?? event?.message;
  return {
    title: titleOf(idOf(workload)),
    namespace: workload.metadata.namespace ?? '',
    ...(said !== undefined && { cannotCreate: said }),
    deadlineExceeded: conditions.some(({ reason }) => reason === 'ProgressDeadlineExceeded'),
  };
}
