import type { MessageSocket } from '../../host/web-socket.ts';
import { drained, NoWebSocketError, openWebSocket } from '../../host/web-socket.ts';
import type { ExitStatus } from '../../model/observed.ts';
import { ApiError, type ApiStatus, statusOf } from './cluster/api-error.ts';
import type { Cluster } from './cluster/cluster.ts';

/** Where a command runs: a container of a pod that runs. */
export interface PodPlace {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** What a command reads and writes. */
export interface PodStreams {
  readonly stdin?: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Present: the command gets a terminal of this size. */
  readonly terminal?: {
    readonly size: () => { readonly columns: number; readonly rows: number };
    /** Gives what ends the listening. */
    readonly onResize: (listener: () => void) => () => void;
  };
}

/** Only the fifth version can say that the input has ended; a server before 1.30 has the fourth. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/**
 * Runs a command in a container and gives its exit code.
 *
 * @throws {ApiError} when the cluster does not start it.
 */
export async function execInPod(
  cluster: Cluster,
  place: PodPlace,
  {
    command,
    streams,
    signal,
  }: {
    readonly command: readonly string[];
    readonly streams: PodStreams;
    readonly signal: AbortSignal;
  },
): Promise<ExitStatus> {
  const socket = await openExec(cluster, place, { command, streams, signal });
  const input = new AbortController();
  if (streams.stdin !== undefined) void sendInput(socket, streams.stdin, input.signal);
  const stopResizing = followSize(socket, streams.terminal);
  try {
    return await readOutput(socket, streams);
  } finally {
    input.abort();
    stopResizing();
    socket.close();
  }
}

async function openExec(
  cluster: Cluster,
  { namespace, pod, container }: PodPlace,
  {
    command,
    streams,
    signal,
  }: {
    readonly command: readonly string[];
    readonly streams: PodStreams;
    readonly signal: AbortSignal;
  },
): Promise<MessageSocket> {
  const hasTerminal = streams.terminal !== undefined;
  const query = new URLSearchParams([
    ['container', container],
    ['stdin', String(streams.stdin !== undefined)],
    ['stdout', 'true'],
    // A terminal has one output.
    ['stderr', String(!hasTerminal)],
    ['tty', String(hasTerminal)],
    ...command.map((word): [string, string] => ['command', word]),
  ]);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec`;
  const { url, headers, agent } = await cluster.socketTo(path);
  url.search = query.toString();
  try {
    return await openWebSocket({ url, headers, agent, protocols: PROTOCOLS, signal });
  } catch (error) {
    if (!(error instanceof NoWebSocketError)) throw error;
    throw new ApiError(error.status, statusOf(error.body), { verb: 'create', path });
  }
}

async function sendInput(
  socket: MessageSocket,
  stdin: NodeJS.ReadableStream,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const chunk of stdin as AsyncIterable<Buffer | string>) {
      if (signal.aborted) return;
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      await socket.send(framed(CHANNEL.stdin, bytes));
    }
    if (socket.protocol === PROTOCOLS[0]) await socket.send(framed(CHANNEL.close, Buffer.of(0)));
  } catch {
    // The command has ended before its input: that is its right.
  }
}

function followSize(socket: MessageSocket, terminal: PodStreams['terminal']): () => void {
  if (terminal === undefined) return () => {};
  const tell = (): void => {
    const { columns, rows } = terminal.size();
    const size = Buffer.from(JSON.stringify({ Width: columns, Height: rows }));
    void socket.send(framed(CHANNEL.resize, size)).catch(() => {});
  };
  tell();
  return terminal.onResize(tell);
}

async function readOutput(socket: MessageSocket, streams: PodStreams): Promise<ExitStatus> {
  let status: ApiStatus | undefined;
  for await (const message of socket.messages) {
    const [channel, content] = [message[0], message.subarray(1)];
    if (channel === CHANNEL.stdout) await write(streams.stdout, content);
    else if (channel === CHANNEL.stderr) await write(streams.stderr, content);
    else if (channel === CHANNEL.error) status = statusOf(content.toString('utf8'));
  }
  return exitOf(status);
}

async function write(stream: NodeJS.WritableStream, content: Uint8Array): Promise<void> {
  if (content.length > 0 && !stream.write(content)) await drained(stream);
}

/** Without a word of the server nobody knows how it ended. */
function exitOf(said: ApiStatus | undefined): ExitStatus {
  if (said === undefined) return { kind: 'unknown' };
  const { status, details, message = '' } = said;
  if (status === 'Success') return { kind: 'code', code: 0 };
  const code = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code !== undefined) return { kind: 'code', code: Number(code) };
  // As a shell says it: not executable, not found.
  if (/permission denied/i.test(message)) return { kind: 'code', code: 126 };
  if (/not found|no such file/i.test(message)) return { kind: 'code', code: 127 };
  throw new ApiError(500, said, { verb: 'create', path: 'exec' });
}

function framed(channel: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(channel), content]);
}
