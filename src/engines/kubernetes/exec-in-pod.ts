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
  readonly stdout?: NodeJS.WritableStream;
  readonly stderr?: NodeJS.WritableStream;
  /** Present: the command gets a terminal of this size. */
  readonly terminal?: {
    readonly size: () => { readonly columns: number; readonly rows: number };
    /** Gives what ends the listening. */
    readonly onResize: (listener: () => void) => () => void;
    /** The command runs already. @defaultValue false */
    readonly isLate?: boolean;
  };
}

/** Only the fifth version can say that the input has ended; a server before 1.30 has the fourth. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

interface Spoken {
  readonly streams: PodStreams;
  readonly signal: AbortSignal;
}

/**
 * Runs a command in a container and gives its exit code.
 *
 * @throws {ApiError} when the cluster does not start it.
 */
export async function execInPod(
  cluster: Cluster,
  place: PodPlace,
  { command, streams, signal }: Spoken & { readonly command: readonly string[] },
): Promise<ExitStatus> {
  const words = command.map((word): [string, string] => ['command', word]);
  const socket = await open(cluster, place, { verb: 'exec', query: words, streams, signal });
  return talk(socket, streams);
}

/**
 * Speaks with what runs in a container already, until that ends; what it wrote before is not heard.
 *
 * @throws {ApiError} when it does not run, or the cluster refuses.
 */
export async function attachToPod(
  cluster: Cluster,
  place: PodPlace,
  { streams, signal, onOpen }: Spoken & { readonly onOpen: () => void },
): Promise<void> {
  const socket = await open(cluster, place, { verb: 'attach', query: [], streams, signal });
  onOpen();
  await talk(socket, streams);
}

async function open(
  cluster: Cluster,
  { namespace, pod, container }: PodPlace,
  {
    verb,
    query,
    streams: { stdin, stdout, stderr, terminal },
    signal,
  }: Spoken & {
    readonly verb: 'exec' | 'attach';
    readonly query: readonly [string, string][];
  },
): Promise<MessageSocket> {
  const asked = new URLSearchParams([
    ['container', container],
    ['stdin', String(stdin !== undefined)],
    ['stdout', String(stdout !== undefined)],
    // A terminal has one output.
    ['stderr', String(stderr !== undefined && terminal === undefined)],
    ['tty', String(terminal !== undefined)],
    ...query,
  ]);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/${verb}`;
  const { url, headers, agent } = await cluster.socketTo(path);
  url.search = asked.toString();
  try {
    return await openWebSocket({ url, headers, agent, protocols: PROTOCOLS, signal });
  } catch (error) {
    if (!(error instanceof NoWebSocketError)) throw error;
    throw new ApiError(error.status, statusOf(error.body), { verb: 'create', path });
  }
}

async function talk(socket: MessageSocket, streams: PodStreams): Promise<ExitStatus> {
  const stopSending = sendInput(socket, streams.stdin);
  const stopResizing = followSize(socket, streams.terminal);
  try {
    return await readOutput(socket, streams);
  } finally {
    stopSending();
    stopResizing();
    socket.close();
  }
}

/** Hands input over as fast as it is taken; gives what ends that. A terminal that is still read keeps a program alive. */
function sendInput(socket: MessageSocket, stdin: NodeJS.ReadableStream | undefined): () => void {
  if (stdin === undefined) return () => {};
  let isOver = false;
  // The command has ended before its input: that is its right.
  const send = (message: Uint8Array): Promise<void> => socket.send(message).catch(() => {});
  const give = (chunk: Buffer | string): void => {
    stdin.pause();
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    void send(framed(CHANNEL.stdin, bytes)).finally(() => {
      if (!isOver) stdin.resume();
    });
  };
  const finish = (): void => {
    if (socket.protocol === PROTOCOLS[0]) void send(framed(CHANNEL.close, Buffer.of(0)));
  };
  stdin.on('data', give).on('end', finish);
  return () => {
    isOver = true;
    stdin.off('data', give).off('end', finish);
    stdin.pause();
  };
}

function followSize(socket: MessageSocket, terminal: PodStreams['terminal']): () => void {
  if (terminal === undefined) return () => {};
  const tell = (more = 0): void => {
    const { columns, rows } = terminal.size();
    const size = Buffer.from(JSON.stringify({ Width: columns, Height: rows + more }));
    void socket.send(framed(CHANNEL.resize, size)).catch(() => {});
  };
  // What runs already draws itself again only when the size is another than before.
  if (terminal.isLate === true) tell(1);
  tell();
  return terminal.onResize(() => tell());
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

async function write(
  stream: NodeJS.WritableStream | undefined,
  content: Uint8Array,
): Promise<void> {
  if (stream !== undefined && content.length > 0 && !stream.write(content)) await drained(stream);
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
