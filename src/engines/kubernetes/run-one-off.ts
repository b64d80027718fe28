import { randomUUID } from 'node:crypto';

import type { RunRequest } from '../../engine/engine.ts';
import { systemClock } from '../../host/clock.ts';
import { waitUntil } from '../../host/wait-until.ts';
import { RunError } from '../../model/finding.ts';
import type { ExitStatus } from '../../model/observed.ts';
import { diagnosePod } from '../../diagnose/diagnose-pod.ts';
import type { Cluster } from './cluster/cluster.ts';
import { Objects } from './cluster/objects.ts';
import { builtIn } from './cluster/resources.ts';
import { idOf, type KubernetesObject } from './object.ts';
import { mainContainerOf } from './observe.ts';
import { LABEL } from './options.ts';
import { hasTerminal, speak } from './speak-with-pod.ts';
import { podFacts } from './track/facts.ts';
import type { ContainerSpec, Pod, PodTemplate, Workload } from './track/wire.ts';
import { escapeForKubelet } from './translate/escape.ts';

export interface OneOffPlace {
  readonly cluster: Cluster;
  /** Of the service. */
  readonly objects: readonly KubernetesObject[];
  /** Of the service, as the file has it. */
  readonly entrypoint: Entrypoint;
  readonly signal: AbortSignal;
}

type Entrypoint = readonly string[] | undefined;

const START_MS = 300_000;

/** Runs a pod like those of a service once, with another command; shows what it writes, and takes it away. */
export async function runOneOff(
  request: RunRequest,
  { cluster, objects, entrypoint, signal }: OneOffPlace,
): Promise<ExitStatus> {
  const template = objects
    .map(({ spec }: Workload) => spec?.template)
    .find((each) => each !== undefined);
  if (template === undefined) {
    throw new RunError([
      {
        code: 'kubernetes/not-running',
        service: request.service.name,
        cause: `${request.service.name} is nothing that runs on this cluster`,
      },
    ]);
  }
  const pod = podOf(request, template, { namespace: cluster.target.namespace, entrypoint });
  const known = new Objects(cluster);
  const hasEnded = (): Promise<ExitStatus | undefined> => end(cluster, pod, signal);
  const id = idOf(pod);
  await known.apply(builtIn.pods, { id, object: pod }, { signal });
  try {
    await begun(cluster, pod, signal);
    const { name, namespace = '' } = pod.metadata;
    const place = { namespace, pod: name, container: mainContainerOf(pod) };
    await speak(request, { cluster, place, signal, hasEnded });
    return (await hasEnded()) ?? { kind: 'unknown' };
  } finally {
    await known.delete(builtIn.pods, id, { signal: AbortSignal.timeout(10_000) });
  }
}

function podOf(
  request: RunRequest,
  { metadata, spec = {} }: PodTemplate,
  { namespace, entrypoint }: { readonly namespace: string; readonly entrypoint: Entrypoint },
): Pod {
  const { service, environment, workingDir } = request;
  const [first, ...others] = spec.containers ?? [];
  const name = `${first?.name ?? service.name}-run-${randomUUID().slice(0, 8)}`;
  const env = [...environment].map(([key, value]) => ({ name: key, value }));
  const { readinessProbe: _r, startupProbe: _s, ...rest } = first ?? { name };
  const own = {
    ...rest,
    ...wordsOf(request, entrypoint),
    ...(workingDir !== undefined && { workingDir }),
    ...(env.length > 0 && { env: [...listOf(rest, 'env'), ...env] }),
    stdin: true,
    stdinOnce: true,
    tty: hasTerminal(request),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      // Not those of the service: its Service must not lead here.
      labels: { ...metadata?.labels, [LABEL.name]: name, [LABEL.component]: 'one-off' },
    },
    spec: { ...spec, restartPolicy: 'Never', containers: [own, ...others] },
  };
}

/**
 * As with any container: a command stands in place of the one of the image, behind its entry point. What is as it was
 * stays as it was translated.
 */
function wordsOf(
  { service, command }: RunRequest,
  own: Entrypoint,
): Pick<ContainerSpec, 'command' | 'args'> {
  const args = command?.map(escapeForKubelet);
  const { entrypoint } = service;
  const isOwn = JSON.stringify(entrypoint) === JSON.stringify(own);
  if (isOwn && args === undefined) return {};
  if (entrypoint === undefined || (isOwn && entrypoint.length > 0)) return { args: args ?? [] };
  if (entrypoint.length === 0) return { command: args ?? [], args: [] };
  return { command: entrypoint.map(escapeForKubelet), args: args ?? [] };
}

function listOf(container: object, field: string): readonly unknown[] {
  const value: unknown = Object.entries(container).find(([name]) => name === field)?.[1];
  return Array.isArray(value) ? value : [];
}

/** Waits until it runs or has ended; gives up where it never will. */
async function begun(cluster: Cluster, { metadata }: Pod, signal: AbortSignal): Promise<void> {
  const fatal: RunError[] = [];
  await waitUntil(
    async () => {
      const pod = await podNow(cluster, metadata, signal);
      if (pod === undefined || pod.status?.phase !== 'Pending') return true;
      const facts = podFacts(pod, `Pod/${metadata.name}`, {
        nowMs: systemClock.wallMs(),
        warnings: [],
        crashesOf: () => [],
      });
      const found = diagnosePod(facts).filter(({ verdict }) => verdict === 'fatal');
      if (found.length === 0) return undefined;
      fatal.push(new RunError(found.map(({ finding }) => finding)));
      return true;
    },
    { clock: systemClock, signal, what: 'the pod to start', everyMs: 250, timeoutMs: START_MS },
  );
  if (fatal[0] !== undefined) throw fatal[0];
}

async function end(
  cluster: Cluster,
  { metadata }: Pod,
  signal: AbortSignal,
): Promise<ExitStatus | undefined> {
  const pod = await podNow(cluster, metadata, signal);
  if (pod === undefined) return { kind: 'unknown' };
  const ended = pod.status?.containerStatuses?.[0]?.state?.terminated;
  return ended === undefined ? undefined : { kind: 'code', code: ended.exitCode };
}

async function podNow(
  cluster: Cluster,
  { name, namespace = '' }: Pod['metadata'],
  signal: AbortSignal,
): Promise<Pod | undefined> {
  return new Objects(cluster).get(
    builtIn.pods,
    { apiVersion: 'v1', kind: 'Pod', name, namespace },
    signal,
  );
}
