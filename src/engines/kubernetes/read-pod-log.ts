import { systemClock } from '../../host/clock.ts';
import type { LogLine } from '../../model/log-line.ts';
import { ApiError, isNotFound } from './cluster/api-error.ts';
import type { Cluster } from './cluster/cluster.ts';
import { type LogPart, PodLog, type LogSource } from './pod-log.ts';

const PAUSE_MS = 500;

/**
 * What a container wrote. With `follow` also what it will write, after each of its starts, until its pod is gone: a
 * connection that breaks is opened again where it broke.
 */
export async function* readPodLog(
  cluster: Cluster,
  source: LogSource,
  { signal, ...part }: LogPart & { readonly signal: AbortSignal },
): AsyncGenerator<LogLine, void, undefined> {
  const log = new PodLog(cluster, source);
  for (;;) {
    try {
      if (yield* log.read(part, signal)) return;
    } catch (error) {
      signal.throwIfAborted();
      if (isNotFound(error)) return;
      // Not started yet: there is nothing to read, and with `follow` there will be.
      const isEarly = error instanceof ApiError && error.status === 400;
      if (!part.follow && isEarly) return;
      if (error instanceof ApiError && !isEarly && error.status !== 500) throw error;
    }
    if (!part.follow) return;
    await systemClock.sleep(PAUSE_MS, signal);
  }
}
