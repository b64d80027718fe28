import { once, setMaxListeners } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';

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
  return answered(socket, asked, async (response) => {
    let text = '';
    response.setEncoding('utf8');
    for await (const chunk of response as AsyncIterable<string>) text += chunk;
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.statusCode ?? 0, body };
  });
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
  const response = await answered(socket, { method: 'GET', path, signal }, async (each) => each);
  try {
    let rest = '';
    response.setEncoding('utf8');
    for await (const chunk of response as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as unknown;
    }
  } catch (error) {
    throw reasonOf(error, signal, socket);
  } finally {
    response.destroy();
  }
}

async function answered<T>(
  socket: string,
  { method, path, body, signal }: UnixRequest,
  read: (response: IncomingMessage) => Promise<T>,
): Promise<T> {
  checkSocketPath(socket);
  signal.throwIfAborted();
  // One signal for all requests of a command, as many as there are services, is no leak.
  setMaxListeners(0, signal);
  // A connection of its own needs no agent, which takes as long to set up as the request.
  const createConnection = (): Socket => connect(socket);
  try {
    const asked = request({ method, path, signal, createConnection });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
    const response: IncomingMessage = (await once(asked, 'response'))[0];
    return await read(response);
  } catch (error) {
    throw reasonOf(error, signal, socket);
  }
}

function reasonOf(error: unknown, signal: AbortSignal, socket: string): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof SyntaxError) return error;
  return new NoAnswerError(`no answer from ${socket}`, { cause: error });
}
