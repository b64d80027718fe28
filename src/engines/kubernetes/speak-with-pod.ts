import { PassThrough } from 'node:stream';

import type { RunRequest } from '../../engine/engine.ts';
import { systemClock } from '../../host/clock.ts';
import type { ExitStatus } from '../../model/observed.ts';
import { ApiError } from './cluster/api-error.ts';
import type { Cluster } from './cluster/cluster.ts';
import { attachToPod, type PodPlace, type PodStreams } from './exec-in-pod.ts';
import { joinOutputs } from './join-outputs.ts';

interface Speaking {
  readonly cluster: Cluster;
  readonly place: PodPlace;
  readonly signal: AbortSignal;
  /** Absent while it runs. */
  readonly hasEnded: () => Promise<ExitStatus | undefined>;
}

const PAUSE_MS = 200;

/** Hands input and output of a pod of ours on, until its program has ended. */
export async function speak(request: RunRequest, speaking: Speaking): Promise<void> {
  if (hasTerminal(request)) await inTerminal(request, speaking);
  else await inPipes(request, speaking);
}

export function hasTerminal({ streams, tty }: RunRequest): boolean {
  return streams.terminal !== undefined && tty !== false;
}

/** The log has all that was written from the first byte on; the input waits until it is read. */
async function inPipes({ streams }: RunRequest, speaking: Speaking): Promise<void> {
  const { cluster, place, signal, hasEnded } = speaking;
  const over = new AbortController();
  const input = attachToPod(cluster, place, {
    streams: { stdin: streams.stdin },
    signal: AbortSignal.any([signal, over.signal]),
    onOpen: () => {},
  }).catch(ignoreEarlyEnd(over.signal));
  try {
    let seen = 0;
    do {
      seen = await copyLog(speaking, { from: seen, follow: true, to: streams.stdout });
      signal.throwIfAborted();
    } while (!(await ended(hasEnded, signal)));
    await copyLog(speaking, { from: seen, follow: false, to: streams.stdout });
  } finally {
    over.abort();
    await input;
  }
}

/** What a terminal shows cannot all be had from the log: a prompt has no end of line. */
async function inTerminal({ streams }: RunRequest, speaking: Speaking): Promise<void> {
  const { cluster, place, signal } = speaking;
  const { stdin, stdout, terminal } = streams;
  if (terminal === undefined) return;
  const heard = new PassThrough();
  const shown: PodStreams = {
    stdin,
    stdout: heard,
    terminal: {
      size: () => terminal.size(),
      onResize: (listener) => terminal.onResize(listener),
      isLate: true,
    },
  };
  const joined: Promise<void>[] = [];
  const before = (): Promise<Buffer> => logSoFar(speaking);
  terminal.setRaw(true);
  try {
    await attachToPod(cluster, place, {
      streams: shown,
      signal,
      onOpen: () => void joined.push(joinOutputs({ before, after: heard, to: stdout })),
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // It was quicker than we were.
    if (joined.length === 0) stdout.write(await before());
  } finally {
    heard.end();
    await Promise.all(joined);
    terminal.setRaw(false);
  }
}

async function ended(hasEnded: Speaking['hasEnded'], signal: AbortSignal): Promise<boolean> {
  if ((await hasEnded()) !== undefined) return true;
  await systemClock.sleep(PAUSE_MS, signal);
  return (await hasEnded()) !== undefined;
}

async function logSoFar(speaking: Speaking): Promise<Buffer> {
  const to = new PassThrough();
  const chunks: Buffer[] = [];
  to.on('data', (chunk: Buffer) => chunks.push(chunk));
  await copyLog(speaking, { from: 0, follow: false, to });
  return Buffer.concat(chunks);
}

/** Copies the bytes of a log from some byte on, and gives how many there were. */
async function copyLog(
  { cluster, place, signal }: Speaking,
  {
    from,
    follow,
    to,
  }: { readonly from: number; readonly follow: boolean; readonly to: NodeJS.WritableStream },
): Promise<number> {
  const { namespace, pod, container } = place;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
  const query = { container, ...(follow && { follow: 'true' }) };
  let seen = 0;
  try {
    for await (const chunk of cluster.stream({ method: 'GET', path, query, signal })) {
      const known = Math.max(0, from - seen);
      seen += chunk.length;
      if (known < chunk.length) to.write(chunk.subarray(known));
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ApiError) && !follow) throw error;
  }
  return Math.max(from, seen);
}

/** A program that has ended before its input has every right to. */
function ignoreEarlyEnd(over: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!over.aborted && !(error instanceof ApiError)) throw error;
  };
}
