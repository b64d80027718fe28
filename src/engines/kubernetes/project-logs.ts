import type { LogQuery } from '../../engine/engine.ts';
import type { LogLine } from '../../model/log-line.ts';
import { followLogs, logsOf } from './merge-logs.ts';
import { mainContainerOf } from './observe.ts';
import type { OnCluster } from './on-cluster.ts';
import type { KubernetesOptions } from './options.ts';
import { isTask, ownerOf } from './parts.ts';
import type { LogSource } from './pod-log.ts';
import { lastTaskPods } from './release-task/task-pods.ts';
import { labelsOf } from './services.ts';
import type { Pod } from './track/wire.ts';

/** What the pods of a project wrote; of release tasks, what those of the last runs wrote. */
export async function* projectLogs(
  { cluster, options, services }: Pick<OnCluster, 'cluster' | 'options' | 'services'>,
  query: LogQuery & { readonly signal: AbortSignal },
): AsyncGenerator<LogLine, void, undefined> {
  const sourceOf = (pod: Pod): LogSource | undefined => sourceIn(options, pod, query);
  if (query.follow) {
    const { namespace } = cluster.target;
    yield* followLogs(cluster, { namespace, labels: labelsOf(options), sourceOf }, query);
    return;
  }
  const pods = (await services.pods(query.signal)).filter((pod) => sourceOf(pod) !== undefined);
  const chosen = query.tasks === true ? lastTaskPods(pods) : pods;
  yield* logsOf(
    cluster,
    chosen.flatMap((pod) => sourceOf(pod) ?? []),
    query,
  );
}

/** Absent: nobody asked for it. */
function sourceIn(
  options: KubernetesOptions,
  pod: Pod,
  { services, tasks = false }: LogQuery,
): LogSource | undefined {
  const service = ownerOf(options, pod);
  if (service === undefined || isTask(pod) !== tasks) return undefined;
  if (services.length > 0 && !services.includes(service)) return undefined;
  const { name, namespace = '' } = pod.metadata;
  return { namespace, pod: name, container: mainContainerOf(pod), service };
}
