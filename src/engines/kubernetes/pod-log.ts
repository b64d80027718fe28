import type { LogQuery } from '../../engine/engine.ts';
import type { LogLine } from '../../model/log-line.ts';
import type { Cluster } from './cluster/cluster.ts';
import { LogPosition } from './log-position.ts';

/** Whose log it is. */
export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly service: string;
}

/** Which part of a log is asked for. */
export type LogPart = Pick<LogQuery, 'follow' | 'tail' | 'sinceMs' | 'untilMs' | 'previous'>;

/** The log of a container. What breaks off is asked for again from where it broke: no line is lost, and none doubled. */
export class PodLog {
  readonly #cluster: Cluster;
  readonly #source: LogSource;
  readonly #position = new LogPosition();
  /** What the node says of the log itself, without a time. */
  readonly #remarks = new Set<string>();

  constructor(cluster: Cluster, source: LogSource) {
    this.#cluster = cluster;
    this.#source = source;
  }

  /**
   * What was not read yet. With `follow` also what is written from now, as long as the container and the connection live.
   * Ends with true at the first line after `untilMs`.
   *
   * @throws {ApiError} when there is nothing to read, or it may not be read.
   */
  async *read(part: LogPart, signal: AbortSignal): AsyncGenerator<LogLine, boolean, undefined> {
    const { namespace, pod, container, service } = this.#source;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
    const query = {
      container,
      timestamps: 'true',
      ...this.#placeOf(part),
      ...(part.follow && { follow: 'true' }),
      ...(part.previous === true && { previous: 'true' }),
    };
    const isNew = this.#position.goOn();
    const chunks = this.#cluster.stream({ method: 'GET', path, query, signal });
    for await (const { time, text } of linesOf(chunks)) {
      if (time === '' ? this.#remarks.has(text) : !isNew(time)) continue;
      if (time === '') this.#remarks.add(text);
      const atMs = Date.parse(time);
      if (part.untilMs !== undefined && atMs > part.untilMs) return true;
      if (part.sinceMs !== undefined && atMs < part.sinceMs) continue;
      yield { replica: pod, service, text, ...(!Number.isNaN(atMs) && { atMs }) };
    }
    return false;
  }

  #placeOf({ tail, sinceMs }: LogPart): Readonly<Record<string, string>> {
    const { second } = this.#position;
    if (second !== undefined) return { sinceTime: second };
    return {
      ...(tail !== undefined && { tailLines: String(tail) }),
      ...(sinceMs !== undefined && { sinceTime: new Date(sinceMs).toISOString() }),
    };
  }
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
  if (!/^\d{4}-\d\d-\d\dT\S+Z /.test(line)) return { time: '', text: line };
  const space = line.indexOf(' ');
  return { time: line.slice(0, space), text: line.slice(space + 1).replace(/\r$/, '') };
}
