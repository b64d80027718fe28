import type { LogQuery } from '../../engine/engine.ts';
import { deferred } from '../../host/delay.ts';
import type { LogLine } from '../../model/log-line.ts';
import type { Cluster } from './cluster/cluster.ts';
import { builtIn } from './cluster/resources.ts';
import { watchObjects } from './cluster/watch.ts';
import type { LogSource } from './pod-log.ts';
import { readPodLog } from './read-pod-log.ts';
import type { Pod } from './track/wire.ts';

/** What pods wrote, one after the other. */
export async function* logsOf(
  cluster: Cluster,
  sources: readonly LogSource[],
  query: LogQuery & { readonly signal: AbortSignal },
): AsyncGenerator<LogLine, void, undefined> {
  for (const source of sources) yield* readPodLog(cluster, source, query);
}

export interface FollowedPods {
  readonly namespace: string;
  readonly labels: string | undefined;
  /** Absent: nobody asked for it. */
  readonly sourceOf: (pod: Pod) => LogSource | undefined;
}

/** What pods write, as it comes, for ever; also of those that are made later. */
export async function* followLogs(
  cluster: Cluster,
  pods: FollowedPods,
  query: LogQuery & { readonly signal: AbortSignal },
): AsyncGenerator<LogLine, void, undefined> {
  const { signal } = query;
  const arrivals = new Arrivals<LogLine>();
  const read = async (source: LogSource): Promise<void> => {
    for await (const line of readPodLog(cluster, source, query)) arrivals.add(line);
  };
  const discover = async (): Promise<void> => {
    for await (const source of newSources(cluster, pods, signal)) {
      read(source).catch((error: unknown) => arrivals.fail(error));
    }
  };
  discover().catch((error: unknown) => arrivals.fail(error));
  const abort = (): void => arrivals.fail(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    yield* arrivals.all();
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Each pod that somebody asked for, once. */
async function* newSources(
  cluster: Cluster,
  { namespace, labels, sourceOf }: FollowedPods,
  signal: AbortSignal,
): AsyncGenerator<LogSource, void, undefined> {
  const known = new Set<string>();
  const changes = watchObjects(cluster, { resource: builtIn.pods, namespace, labels, signal });
  for await (const change of changes) {
    if (change.kind === 'gone') continue;
    for (const pod of change.kind === 'listed' ? change.objects : [change.object]) {
      const source = sourceOf(pod);
      const key = pod.metadata.uid ?? pod.metadata.name;
      if (source === undefined || known.has(key)) continue;
      known.add(key);
      yield source;
    }
  }
}

/** What several bring, in the order in which it comes. */
class Arrivals<T> {
  readonly #waiting: T[] = [];
  readonly #failures: unknown[] = [];
  #changed = deferred();

  add(item: T): void {
    this.#waiting.push(item);
    this.#wake();
  }

  fail(error: unknown): void {
    this.#failures.push(error);
    this.#wake();
  }

  async *all(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const turn = this.#changed.promise;
      yield* this.#waiting.splice(0);
      if (this.#failures.length > 0) throw this.#failures[0];
      if (this.#waiting.length === 0) await turn;
    }
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = deferred();
  }
}
