import type { LogQuery } from '../../engine/engine.ts';
import { systemClock } from '../../host/clock.ts';
import type { LogLine } from '../../model/log-line.ts';
import { ApiError, isNotFound } from './cluster/api-error.ts';
import type { Cluster } from './cluster/cluster.ts';

/** Whose log it is. */
export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly service: string;
}

const PAUSE_MS = 500;

/**
 * What a container wrote. With `follow` also what it will write, after each of its starts, until its pod is gone: a
 * connection that breaks is opened again where it broke.
 */
export async function* readPodLog(
  cluster: Cluster,
  source: LogSource,
  {
    signal,
    ...query
  }: Pick<LogQuery, 'follow' | 'tail' | 'sinceMs' | 'untilMs'> & {
    readonly signal: AbortSignal;
  },
): AsyncGenerator<LogLine, void, undefined> {
  const { namespace, pod, container, service } = source;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
  let last = '';
  for (;;) {
    const place = placeOf(query, last);
    const resumedFrom = last;
    try {
      const asked = {
        container,
        timestamps: 'true',
        ...place,
        ...(query.follow && { follow: 'true' }),
      };
      const chunks = cluster.stream({ method: 'GET', path, query: asked, signal });
      for await (const { time, text } of linesOf(chunks)) {
        if (isRead(time, resumedFrom)) continue;
        last = time;
        const atMs = Date.parse(time);
        if (query.untilMs !== undefined && atMs > query.untilMs) return;
        if (query.sinceMs !== undefined && atMs < query.sinceMs) continue;
        yield { replica: pod, service, text, ...(!Number.isNaN(atMs) && { atMs }) };
      }
    } catch (error) {
      signal.throwIfAborted();
      if (isNotFound(error)) return;
      // Not started yet: there is nothing to read, and with `follow` there will be.
      const isEarly = error instanceof ApiError && error.status === 400;
      if (!query.follow && isEarly) return;
      if (error instanceof ApiError && !isEarly && error.status !== 500) throw error;
    }
    if (!query.follow) return;
    await systemClock.sleep(PAUSE_MS, signal);
  }
}

function placeOf(
  { tail, sinceMs }: Pick<LogQuery, 'tail' | 'sinceMs'>,
  last: string,
): Readonly<Record<string, string>> {
  // Whole seconds is all that the server knows; what it gives twice is left out.
  if (last !== '') return { sinceTime: `${last.slice(0, 19)}Z` };
  return {
    ...(tail !== undefined && { tailLines: String(tail) }),
    ...(sinceMs !== undefined && { sinceTime: new Date(sinceMs).toISOString() }),
  };
}

/** Times have the same form and as many digits as they need. */
function isRead(time: string, last: string): boolean {
  return last !== '' && padded(time) <= padded(last);
}

function padded(time: string): string {
  const [seconds = '', rest = ''] = time.replace('Z', '').split('.');
  return `${seconds}.${rest.padEnd(9, '0')}`;
}

async function* linesOf(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly time: string; readonly text: string }, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield timed(line);
  }
  if (rest !== '') yield timed(rest);
}

function timed(line: string): { readonly time: string; readonly text: string } {
  const space = line.indexOf(' ');
  return { time: line.slice(0, space), text: line.slice(space + 1).replace(/\r$/, '') };
}
