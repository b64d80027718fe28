import type { UsageRow } from '../../../engine/container-tools.ts';
import { type Finding, RunError } from '../../../model/finding.ts';
import { isNotFound } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { bytesOfQuantity } from '../translate/quantity.ts';
import type { Pod } from '../track/wire.ts';
import type { PodOfService } from '../running-pods.ts';

/** @see https://github.com/kubernetes/metrics/blob/v0.34.0/pkg/apis/metrics/v1beta1/types.go */
interface PodMetrics {
  readonly metadata: { readonly name: string };
  readonly containers?: readonly { readonly usage?: Usage }[];
}

interface Usage {
  readonly cpu?: string;
  readonly memory?: string;
}

/** What pods use, as the cluster has measured it last; one that it has not measured yet is left out. */
export async function usageOfPods(
  cluster: Cluster,
  pods: readonly PodOfService[],
  signal: AbortSignal,
): Promise<readonly UsageRow[]> {
  const measured = await measurements(cluster, signal);
  return pods.flatMap(({ pod, service }) => {
    const containers = measured.get(pod.metadata.name)?.containers;
    if (containers === undefined) return [];
    const sum = (of: (usage: Usage) => number): number =>
      containers.reduce((total, { usage = {} }) => total + of(usage), 0);
    const limit = memoryLimitOf(pod);
    return [
      {
        container: pod.metadata.name,
        service,
        cpuPercent: 100 * sum(({ cpu = '0' }) => processorsOf(cpu)),
        memoryBytes: sum(({ memory = '0' }) => bytesOfQuantity(memory) ?? 0),
        ...(limit !== undefined && { memoryLimitBytes: limit }),
      },
    ];
  });
}

async function measurements(
  cluster: Cluster,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PodMetrics>> {
  const namespace = encodeURIComponent(cluster.target.namespace);
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
  try {
    const { items } = await cluster.ask<{ readonly items: readonly PodMetrics[] }>({
      method: 'GET',
      path,
      signal,
    });
    return new Map(items.map((each) => [each.metadata.name, each]));
  } catch (cause) {
    if (isNotFound(cause)) throw new RunError([NOT_MEASURED], { cause });
    throw cause;
  }
}

const NOT_MEASURED: Finding = {
  code: 'kubernetes/not-measured',
  cause: 'the cluster does not measure what its pods use',
  fix: ['metrics-server does; most providers and minikube have it as an add-on.'],
};

/** Of all containers together; absent when one of them has none. */
function memoryLimitOf({ spec }: Pod): number | undefined {
  const limits = (spec?.containers ?? []).map(({ resources }) => resources?.limits?.['memory']);
  if (limits.some((limit) => limit === undefined)) return undefined;
  return limits.reduce((total: number, limit = '0') => total + (bytesOfQuantity(limit) ?? 0), 0);
}

const PROCESSORS: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1 };

/** `250m` is a quarter of one. */
export function processorsOf(text: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)([num]?)$/.exec(text) ?? [];
  return Number(number) * (PROCESSORS[unit] ?? 0);
}
