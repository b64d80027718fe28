import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import type { ContainerTools, CopyRequest, ProcessTable } from '../../../engine/container-tools.ts';
import { notCopied } from '../../../diagnose/not-copied.ts';
import { copyInside, type RunInside } from '../../../host/copy-archive.ts';
import { RunError } from '../../../model/finding.ts';
import type { ServiceName } from '../../../model/project.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { execInPod, type PodPlace } from '../exec-in-pod.ts';
import { mainContainerOf } from '../observe.ts';
import type { PodOfService } from '../running-pods.ts';
import type { Pod } from '../track/wire.ts';
import { eventsOfPods } from './pod-events.ts';
import { LIST_PROCESSES, processesIn } from './pod-processes.ts';
import { usageOfPods } from './pod-usage.ts';

interface Surroundings {
  readonly cluster: Cluster;
  /** Of every service, those that run. */
  readonly running: (signal: AbortSignal) => Promise<readonly PodOfService[]>;
  /** @throws {RunError} when it does not run. */
  readonly podOf: (copy: CopyRequest, signal: AbortSignal) => Promise<Pod>;
  readonly ownerOf: (object: {
    readonly kind: string;
    readonly name: string;
  }) => ServiceName | undefined;
  /** What the cluster refuses becomes a finding. */
  readonly asked: <T>(signal: AbortSignal, ask: () => Promise<T>) => Promise<T>;
}

/** What can be done with pods as with containers. Images are the machines' own affair. */
export function podTools(
  surroundings: Surroundings,
): Pick<ContainerTools, 'copy' | 'top' | 'usage' | 'events'> {
  const { cluster, running, asked, ownerOf } = surroundings;
  const chosen = async (services: readonly ServiceName[], signal: AbortSignal) =>
    (await running(signal)).filter(
      ({ service }) => services.length === 0 || services.includes(service),
    );
  return {
    copy: (request, { signal }) => asked(signal, () => copy(surroundings, request, signal)),
    top: (services, { signal }) =>
      asked(signal, async () =>
        Promise.all(
          (await chosen(services, signal)).map(({ pod }) => processesOf(cluster, pod, signal)),
        ),
      ),
    usage: (services, { signal }) =>
      asked(signal, async () => usageOfPods(cluster, await chosen(services, signal), signal)),
    events: (services, { signal }) =>
      eventsOfPods(
        cluster,
        (object) => {
          const owner = ownerOf(object);
          const isAsked =
            owner !== undefined && (services.length === 0 || services.includes(owner));
          return isAsked ? owner : undefined;
        },
        signal,
      ),
  };
}

function placeOf(pod: Pod): PodPlace {
  const { namespace = '', name } = pod.metadata;
  return { namespace, pod: name, container: mainContainerOf(pod) };
}

async function processesOf(cluster: Cluster, pod: Pod, signal: AbortSignal): Promise<ProcessTable> {
  const stdout = new PassThrough();
  const printed = text(stdout);
  const stderr = new PassThrough().resume();
  const exit = await execInPod(cluster, placeOf(pod), {
    command: LIST_PROCESSES,
    streams: { stdout, stderr },
    signal,
  }).finally(() => stdout.end());
  const table = { container: pod.metadata.name, ...processesIn(await printed) };
  if (exit.kind === 'code' && exit.code === 0) return table;
  return { ...table, processes: [['-', '-', '-', '(there is no shell that could tell)']] };
}

async function copy(
  { cluster, podOf }: Surroundings,
  request: CopyRequest,
  signal: AbortSignal,
): Promise<void> {
  const place = placeOf(await podOf(request, signal));
  const run: RunInside = (command, { signal: limited, ...streams }) =>
    execInPod(cluster, place, { command, streams, signal: limited });
  await copyInside(run, request, {
    signal,
    failure: (how) => new RunError([notCopied({ ...request, ...how })]),
  });
}
