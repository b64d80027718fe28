import type { LogQuery } from '../../engine/engine.ts';
import { deferred } from '../../host/delay.ts';
import type { LogLine } from '../../model/log-line.ts';
import type { Cluster } from './cluster/cluster.ts';
import { builtIn } from './cluster/resources.ts';
import { watchObjects } from './cluster/watch.ts';
import { type LogSource, readPodLog } from './read-pod-log.ts';
import type { Pod } from './track/wire.ts';

/** What pods wrote, one after the other. */
export async function* logsOf(
  cluster: Cluster,
  sources: readonly LogSource[],
  query: LogQuery & { readonly signal: AbortSignal },
): AsyncGenerator<LogLine, void, undefined> {
  for (const source of sources) yield* readPodLog(cluster, source, query);
}

/** What pods write, as it comes, for ever; also of those that are made later. */
export async function* followLogs(
  cluster: Cluster,
  {
    namespace,
    labels,
    sourceOf,
  }: {
    readonly namespace: string;
    readonly labels: string;
    /** Absent: nobody asked for it. */
    readonly sourceOf: (pod: Pod) => LogSource | undefined;
  },
  query: LogQuery & { readonly signal: AbortSignal },
): AsyncGenerator<LogLine, void, undefined> {
  const { signal } = query;
  const lines: LogLine[] = [];
  const failures: unknown[] = [];
  let changed = deferred();
  const wake = (): void => {
    changed.resolve();
    changed = deferred();
  };
  const fail = (error: unknown): void => {
    failures.push(error);
    wake();
  };
  const read = async (source: LogSource): Promise<void> => {
    for await (const line of readPodLog(cluster, source, query)) {
      lines.push(line);
      wake();
    }
  };
  const discover = async (): Promise<void> => {
    const known = new Set<string>();
    const changes = watchObjects(cluster, { resource: builtIn.pods, namespace, labels, signal });
    for await (const change of changes) {
      const pods = change.kind === 'listed' ? change.objects : [change.object];
      for (const pod of change.kind === 'gone' ? [] : pods) {
        const source = sourceOf(pod);
        const key = pod.metadata.uid ?? pod.metadata.name;
        if (source === undefined || known.has(key)) continue;
        known.add(key);
        read(source).catch(fail);
      }
    }
  };
  discover().catch(fail);
  signal.addEventListener('abort', wake, { once: true });
  try {
    for (;;) {
      const turn = changed.promise;
      yield* lines.splice(0);
      signal.throwIfAborted();
      if (failures.length > 0) throw failures[0];
      if (lines.length === 0) await turn;
    }
  } finally {
    signal.removeEventListener('abort', wake);
  }
}
