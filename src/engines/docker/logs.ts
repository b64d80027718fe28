import { setTimeout as pause } from 'node:timers/promises';

import type { LogQuery } from '../../engine/engine.ts';
import type { LogLine } from '../../model/log-line.ts';
import { DockerError } from './api.ts';
import { inspectContainer, listContainers, nameOf, serviceOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { demultiplex, type Frame } from './demultiplex.ts';
import { inOrder, side } from './merge.ts';
import type { Container } from './shapes.ts';
import { lastTasks, taskContainers } from './task-containers.ts';

/** What the containers of services wrote: in the order of time, or, followed, as it comes. */
export async function* readLogs(
  context: DockerContext,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void, undefined> {
  const all =
    query.tasks === true
      ? lastTasks(await taskContainers(context, signal))
      : await listContainers(context, signal);
  const containers = all.filter(
    (each) =>
      query.services.length === 0 || query.services.some((name) => name === serviceOf(each)),
  );
  const sources = containers.map((container) =>
    query.follow
      ? followOne(context, container, { ...query, signal })
      : readContainer(context, container, { ...query, follow: false, signal }),
  );
  yield* query.follow ? side(sources) : inOrder(sources, ({ atMs }) => atMs ?? 0);
}

type OneQuery = Omit<LogQuery, 'services'> & { readonly signal: AbortSignal };

/** The engine ends the stream with the container; one that is started again goes on where it ended. */
async function* followOne(
  context: DockerContext,
  container: Container,
  query: OneQuery,
): AsyncGenerator<LogLine, void, undefined> {
  const { signal } = query;
  let lastMs: number | undefined;
  let { tail } = query;
  for (;;) {
    const { tail: _, sinceMs, ...rest } = query;
    const from = lastMs === undefined ? sinceMs : lastMs + 0.001;
    for await (const line of readContainer(context, container, {
      ...rest,
      ...(from !== undefined && { sinceMs: from }),
      ...(tail !== undefined && { tail }),
    })) {
      lastMs = line.atMs ?? lastMs;
      yield line;
    }
    tail = undefined;
    signal.throwIfAborted();
    const now = await inspectContainer(context, container.Id, signal);
    if (now?.State.Status !== 'running' && now?.State.Status !== 'restarting') return;
    await pause(100, undefined, { signal });
    lastMs ??= Date.now();
  }
}

/** Unix time as the engine takes it. */
const seconds = (ms: number): string => (ms / 1000).toFixed(6);

/** What one container wrote; followed, until it ends. */
export async function* readContainer(
  { api }: DockerContext,
  container: Container,
  { follow, tail, sinceMs, untilMs, tasks, signal }: OneQuery,
): AsyncGenerator<LogLine, void, undefined> {
  try {
    const stream = await api.stream({
      path: `/containers/${container.Id}/logs`,
      query: {
        stdout: true,
        stderr: true,
        timestamps: true,
        follow,
        tail: tail ?? 'all',
        since: sinceMs === undefined ? undefined : seconds(sinceMs),
        until: untilMs === undefined ? undefined : seconds(untilMs),
      },
      signal,
    });
    const frames = container.Config.Tty ? plainFrames(stream) : demultiplex(stream);
    const service = serviceOf(container);
    const replica = tasks === true ? `${service}-migrate` : nameOf(container);
    yield* linesOf(frames, { replica, service });
  } catch (error) {
    signal.throwIfAborted();
    // Removed in the meantime, or of a driver that keeps nothing to read.
    if (error instanceof DockerError) return;
    throw error;
  }
}

async function* plainFrames(
  stream: AsyncIterable<unknown>,
): AsyncGenerator<Frame, void, undefined> {
  for await (const chunk of stream)
    yield { stream: 'stdout', bytes: Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)) };
}

/** Lines with the time that the engine writes before each; what a very long one is cut into is put together again. */
async function* linesOf(
  frames: AsyncIterable<Frame>,
  from: Pick<LogLine, 'replica' | 'service'>,
): AsyncGenerator<LogLine, void, undefined> {
  const rest = { stdout: Buffer.alloc(0) as Buffer, stderr: Buffer.alloc(0) as Buffer };
  for await (const { stream, bytes } of frames) {
    let all = rest[stream].length === 0 ? bytes : Buffer.concat([rest[stream], withoutTime(bytes)]);
    for (let end = all.indexOf(10); end >= 0; end = all.indexOf(10)) {
      yield lineOf(all.subarray(0, end), from);
      all = all.subarray(end + 1);
    }
    rest[stream] = all;
  }
  for (const left of Object.values(rest)) if (left.length > 0) yield lineOf(left, from);
}

const TIME = /^(\d{4}-\d\d-\d\dT[\d:]+(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /;

function withoutTime(bytes: Buffer): Buffer {
  const time = TIME.exec(bytes.toString('latin1', 0, 40));
  return time === null ? bytes : bytes.subarray(time[0].length);
}

function lineOf(bytes: Buffer, from: Pick<LogLine, 'replica' | 'service'>): LogLine {
  const time = TIME.exec(bytes.toString('latin1', 0, 40));
  const text = withoutTime(bytes).toString('utf8').replace(/\r$/, '');
  // Dates have milliseconds; the engine has nanoseconds, which keep lines apart when they are followed.
  const fraction = Number(`0.${/\.(\d+)/.exec(time?.[1] ?? '')?.[1] ?? '0'}`) * 1000;
  const whole = time?.[1] === undefined ? undefined : Date.parse(time[1].replace(/\.\d+/, ''));
  return { ...from, ...(whole !== undefined && { atMs: whole + fraction }), text };
}
