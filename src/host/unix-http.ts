import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { chmod, rm } from 'node:fs/promises';

import { checkSocketPath } from './socket-path.ts';

export interface HttpRequest {
  readonly method: string;
  /** Decoded parts of the path: `/v1/units/a%20b` is `['v1', 'units', 'a b']`. */
  readonly path: readonly string[];
  /** Parsed JSON; absent when the request has no body. */
  readonly body: unknown;
}

export type HttpReply =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: unknown;
      /** Called when the answer has been sent. */
      readonly afterwards?: () => void;
    }
  /**
   * One JSON value a line, until the client goes. `open` is called once and returns what ends it.
   */
  | { readonly kind: 'lines'; open(send: (value: unknown) => void): () => void };

export interface UnixServer {
  /** Requests that have not been answered to the end. */
  openRequests(): number;
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
}

export interface UnixServerOptions {
  readonly handle: (request: HttpRequest) => Promise<HttpReply>;
  /** Called whenever a request begins or ends. */
  readonly onActivity?: () => void;
  /** A failure that is nobody's fault but ours: the client gets 500 with its message. */
  readonly onError: (error: unknown) => void;
}

const maxBodyBytes = 16 << 20;
/** A client that does not read its stream is let go: it may come back and begin with the present state. */
const maxUnreadBytes = 4 << 20;

/**
 * Serves HTTP/1.1 with JSON on a socket of the file system. A file that is there already is replaced: the caller makes
 * sure that nobody serves on it.
 */
export async function serveUnix(
  path: string,
  { handle, onActivity = () => {}, onError }: UnixServerOptions,
): Promise<UnixServer> {
  checkSocketPath(path);
  await rm(path, { force: true });
  let open = 0;
  const server = createServer((request, response) => {
    open += 1;
    onActivity();
    response.once('close', () => {
      open -= 1;
      onActivity();
    });
    answer(request, response, handle).catch((error: unknown) => {
      onError(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', onError);
  await chmod(path, 0o600);
  return {
    openRequests: () => open,
    close: () =>
      new Promise((resolve) => {
        // Node removes the socket's file itself.
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handle: UnixServerOptions['handle'],
): Promise<void> {
  const reply = await replyTo(request, handle);
  if (response.destroyed) return;
  if (reply.kind === 'lines') return stream(response, reply);
  const text = JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text, reply.afterwards);
}

async function replyTo(
  request: IncomingMessage,
  handle: UnixServerOptions['handle'],
): Promise<HttpReply> {
  try {
    const { pathname } = new URL(request.url ?? '/', 'http://unix');
    const path = pathname.split('/').slice(1).map(decodeURIComponent);
    const body = await readJson(request);
    return await handle({ method: request.method ?? 'GET', path, body });
  } catch (error) {
    const status = error instanceof SyntaxError || error instanceof URIError ? 400 : 500;
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'json', status, body: { error: message } };
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new SyntaxError(`body of more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return bytes === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function stream(response: ServerResponse, reply: Extract<HttpReply, { kind: 'lines' }>): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  const end = reply.open((value) => {
    response.write(`${JSON.stringify(value)}\n`);
    if (response.writableLength > maxUnreadBytes) response.destroy();
  });
  response.once('close', end);
}
