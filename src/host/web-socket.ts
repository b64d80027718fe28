import { once } from 'node:events';

import type { WebSocket } from 'ws';

import { deferred } from './delay.ts';
import type { HttpAgent } from './http-client.ts';

export interface WebSocketRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent?: HttpAgent;
  /** In the order of preference. */
  readonly protocols: readonly string[];
  readonly signal: AbortSignal;
}

/** A conversation of messages of bytes. */
export interface MessageSocket {
  /** Which of the protocols the server chose. */
  readonly protocol: string;
  /** Ends when the other side ends it. */
  readonly messages: AsyncIterable<Buffer>;
  /** Resolves when the system has taken it: who waits for that does not fill the memory. */
  send(message: Uint8Array): Promise<void>;
  close(): void;
}

/** The server answered, but not with a conversation. */
export class NoWebSocketError extends Error {
  override readonly name = 'NoWebSocketError';
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`the server answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** The server is asked whether it is still there; so is everything that forgets idle connections. */
const PING_MS = 20_000;

/**
 * Opens a conversation.
 *
 * @throws {NoWebSocketError} when the server refuses it, the system's error when there is no answer, or
 * `signal.reason` when aborted.
 */
export async function openWebSocket({
  url,
  headers,
  agent,
  protocols,
  signal,
}: WebSocketRequest): Promise<MessageSocket> {
  const { WebSocket: OpenedSocket } = await import('ws');
  signal.throwIfAborted();
  const socket = new OpenedSocket(url, [...protocols], {
    headers,
    perMessageDeflate: false,
    ...(agent !== undefined && { agent }),
  });
  const abort = (): void => socket.terminate();
  signal.addEventListener('abort', abort, { once: true });
  // Messages may come before anybody asks for them.
  const messages = messagesOf(socket, signal);
  try {
    await opened(socket);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
  const pings = setInterval(() => socket.ping(), PING_MS);
  socket.once('close', () => {
    clearInterval(pings);
    signal.removeEventListener('abort', abort);
  });
  return {
    protocol: socket.protocol,
    messages,
    send: (message) => sent(socket, message),
    close: () => socket.close(),
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        reject(new NoWebSocketError(response.statusCode ?? 0, body));
      });
    });
  });
}

function messagesOf(socket: WebSocket, signal: AbortSignal): AsyncIterable<Buffer> {
  const waiting: Buffer[] = [];
  let ended = false;
  let changed = deferred();
  const wake = (): void => {
    changed.resolve();
    changed = deferred();
  };
  socket.on('message', (message) => {
    waiting.push(bytesOf(message));
    // Whoever is slow is not sent more than fits here.
    if (waiting.length > 64) socket.pause();
    wake();
  });
  socket.on('close', () => {
    ended = true;
    wake();
  });
  // Told by `opened`, or followed by `close`.
  socket.on('error', () => {});
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        signal.throwIfAborted();
        const message = waiting.shift();
        if (message !== undefined) {
          if (waiting.length === 0 && socket.isPaused) socket.resume();
          yield message;
        } else if (ended) return;
        else await changed.promise;
      }
    },
  };
}

function bytesOf(message: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(message)) return Buffer.concat(message);
  return Buffer.isBuffer(message) ? message : Buffer.from(message);
}

async function sent(socket: WebSocket, message: Uint8Array): Promise<void> {
  if (socket.readyState !== socket.OPEN) return;
  await new Promise<void>((resolve, reject) => {
    socket.send(message, (error) => {
      if (error === undefined || error === null || socket.readyState !== socket.OPEN) resolve();
      else reject(error);
    });
  });
}

/** Waits until a stream takes more. */
export async function drained(stream: NodeJS.WritableStream): Promise<void> {
  await once(stream, 'drain');
}
