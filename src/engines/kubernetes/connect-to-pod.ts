import { Duplex } from 'node:stream';

import { type MessageSocket, NoWebSocketError, openWebSocket } from '../../host/web-socket.ts';
import { NotReachedError } from '../../model/not-reached.ts';
import { ApiError, statusOf } from './cluster/api-error.ts';
import type { Cluster } from './cluster/cluster.ts';

export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** One port a conversation: the first pair of channels. */
const PROTOCOL = 'v4.channel.k8s.io';
const [DATA, ERROR] = [0, 1] as const;

/** A client that has hung up cannot be told from one that only has said all: it gets so long for the rest. */
const HALF_OPEN_MS = 60_000;

/**
 * Opens a connection to a port of a pod. That the pod did not take it is known later: the stream then fails with
 * `NotReachedError`.
 *
 * @throws {ApiError} when the cluster refuses.
 */
export async function connectToPod(
  cluster: Cluster,
  { namespace, pod, port }: PodPort,
  signal: AbortSignal,
): Promise<Duplex> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward`;
  const { url, headers, agent } = await cluster.socketTo(path);
  url.searchParams.set('ports', String(port));
  try {
    const socket = await openWebSocket({ url, headers, agent, protocols: [PROTOCOL], signal });
    return streamOf(socket);
  } catch (error) {
    if (!(error instanceof NoWebSocketError)) throw error;
    throw new ApiError(error.status, statusOf(error.body), { verb: 'create', path });
  }
}

function streamOf(socket: MessageSocket): Duplex {
  let hasRoom: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stream = new Duplex({
    read: () => hasRoom?.(),
    write: (chunk: Buffer, _, done) => {
      void send(socket, { chunk, done });
    },
    final: (done) => {
      timer = setTimeout(() => stream.destroy(), HALF_OPEN_MS);
      done();
    },
    destroy: (error, done) => {
      clearTimeout(timer);
      socket.close();
      hasRoom?.();
      done(error);
    },
  });
  const taken = (): Promise<void> => new Promise((resolve) => (hasRoom = resolve));
  receive(socket, { push: (content) => (stream.push(content) ? undefined : taken()) })
    .then(() => stream.push(null))
    .catch((error: unknown) => stream.destroy(error instanceof Error ? error : undefined));
  return stream;
}

async function send(
  socket: MessageSocket,
  { chunk, done }: { readonly chunk: Buffer; readonly done: (error?: Error) => void },
): Promise<void> {
  let failure: Error | undefined;
  try {
    await socket.send(Buffer.concat([Buffer.of(DATA), chunk]));
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  done(failure);
}

/** Hands over what comes, no faster than it is taken. */
async function receive(
  socket: MessageSocket,
  { push }: { readonly push: (content: Buffer) => Promise<void> | undefined },
): Promise<void> {
  // The first message of each channel is the number of its port.
  const begun = new Set<number>();
  for await (const message of socket.messages) {
    const channel = message[0] ?? DATA;
    const content = message.subarray(begun.has(channel) ? 1 : 3);
    begun.add(channel);
    if (content.length === 0) continue;
    if (channel === ERROR) throw failureOf(content.toString('utf8'));
    await push(content);
  }
}

/** The words of the container runtime; what comes after it has connected is about sending and receiving. */
function failureOf(said: string): Error {
  const isBefore =
    /refused|not found|not running|no such|failed to (?:dial|connect|find)|unable to/i;
  return isBefore.test(said) ? new NotReachedError(said) : new Error(said);
}
