import { setMaxListeners } from 'node:events';
import { connect } from 'node:net';

import { checkSocketPath } from './socket-path.ts';

export interface UnixRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** As in `/v1/units`; parts are encoded by the caller. */
  readonly path: string;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** Nobody listens, or the connection broke before the answer was complete. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/**
 * Asks a server on a socket of the file system.
 *
 * @throws {NoAnswerError} when there is no complete answer.
 * @throws `signal.reason` when aborted.
 */
export async function askUnix(
  socket: string,
  asked: UnixRequest,
): Promise<{ readonly status: number; readonly body: unknown }> {
  let answer = '';
  for await (const part of exchange(socket, asked)) answer += part;
  const head = headOf(answer);
  const text = answer.slice(head?.end);
  if (head === undefined || head.bytes !== Buffer.byteLength(text))
    throw new NoAnswerError(`no complete answer from ${socket}`);
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: head.status, body };
}

/**
 * Gives each line of a stream of JSON values, and ends with the stream.
 *
 * @throws {NoAnswerError} when it cannot be opened, or breaks.
 * @throws `signal.reason` when aborted.
 */
export async function* readUnixLines(
  socket: string,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  let rest = '';
  let isOpen = false;
  for await (const part of exchange(socket, { method: 'GET', path, signal })) {
    rest += part;
    if (!isOpen) {
      const head = headOf(rest);
      if (head === undefined) continue;
      isOpen = true;
      rest = rest.slice(head.end);
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as unknown;
  }
  if (!isOpen) throw new NoAnswerError(`no answer from ${socket}`);
}

/**
 * What comes back on a connection of its own. In the form of HTTP 1.0, in which an answer ends with its connection: so
 * little of it is needed that Node's own client, which takes longer to load than the answer to come, is not.
 */
async function* exchange(
  socket: string,
  { method, path, body, signal }: UnixRequest,
): AsyncGenerator<string, void, undefined> {
  checkSocketPath(socket);
  signal.throwIfAborted();
  // One signal for all requests of a command, as many as there are services, is no leak.
  setMaxListeners(0, signal);
  const connection = connect(socket).setEncoding('utf8');
  const end = (): void => void connection.destroy();
  signal.addEventListener('abort', end);
  try {
    const text = body === undefined ? '' : JSON.stringify(body);
    const length = `content-length: ${Buffer.byteLength(text)}`;
    connection.write(`${method} ${path} HTTP/1.0\r\nhost: localhost\r\n${length}\r\n\r\n${text}`);
    for await (const part of connection as AsyncIterable<string>) yield part;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new NoAnswerError(`no answer from ${socket}`, { cause: error });
  } finally {
    signal.removeEventListener('abort', end);
    connection.destroy();
  }
}

/** Undefined until all of it has come. `bytes` is 0 where it says nothing of its length. */
function headOf(
  answer: string,
): { readonly status: number; readonly bytes: number; readonly end: number } | undefined {
  const end = answer.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = answer.slice(0, end);
  const [, status = 0] = /^HTTP\/1\.\d (\d{3})/.exec(head) ?? [];
  const [, bytes = 0] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
  return { status: Number(status), bytes: Number(bytes), end: end + 4 };
}
