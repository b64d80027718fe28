import { setMaxListeners } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { connect as connectSecurely } from 'node:tls';

import { dialThroughSsh } from './ssh-dial.ts';

/** Where a server listens. */
export type HttpEndpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** PEM. Absent: without encryption. */
      readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
    }
  /** The server's own client speaks to it on the other machine. `destination` is as `ssh` takes it. */
  | {
      readonly kind: 'ssh';
      readonly destination: readonly string[];
      readonly command: readonly string[];
    };

/** Are certificates looked at? */
export function isSecured(endpoint: HttpEndpoint): boolean {
  return endpoint.kind === 'tcp' && endpoint.tls !== undefined;
}

export interface HttpCall {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** With its query; parts are encoded by the caller. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  readonly signal: AbortSignal;
}

/** Asks with a connection of its own; the answer's body is the caller's to read or to destroy. */
export function askEndpoint(endpoint: HttpEndpoint, call: HttpCall): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = requestTo(endpoint, call, reject);
    asked.on('response', resolve);
    sendBody(asked, call.body);
  });
}

/** What a server gives that leaves HTTP behind: the connection, or a refusal. */
export type Upgraded =
  | { readonly kind: 'open'; readonly connection: Duplex }
  | { readonly kind: 'refused'; readonly response: IncomingMessage };

/**
 * Asks the server to make a two-way stream of the connection, of the protocol that `upgrade` of the headers names. Bytes
 * that came with the answer are in the stream.
 */
export function upgradeEndpoint(endpoint: HttpEndpoint, call: HttpCall): Promise<Upgraded> {
  const headers = { connection: 'Upgrade', upgrade: 'tcp', ...call.headers };
  return new Promise((resolve, reject) => {
    const asked = requestTo(endpoint, { ...call, headers }, reject);
    asked.on('response', (response) => resolve({ kind: 'refused', response }));
    asked.on('upgrade', (_, connection, head) => {
      if (head.length > 0) connection.unshift(head);
      resolve({ kind: 'open', connection });
    });
    sendBody(asked, call.body);
  });
}

function requestTo(
  endpoint: HttpEndpoint,
  { method, path, headers = {}, body, signal }: HttpCall,
  reject: (error: unknown) => void,
): ClientRequest {
  signal.throwIfAborted();
  // One signal for all requests of a command is no leak.
  setMaxListeners(0, signal);
  const asked = request({
    method,
    path,
    signal,
    headers: {
      host: endpoint.kind === 'tcp' ? endpoint.host : 'localhost',
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
      ...headers,
    },
    createConnection: () => dial(endpoint, signal),
  });
  asked.on('error', (error) => reject(signal.aborted ? signal.reason : error));
  return asked;
}

function sendBody(asked: ClientRequest, body: HttpCall['body']): void {
  if (body === undefined || typeof body === 'string') {
    asked.end(body);
    return;
  }
  body.on('error', (error) => asked.destroy(error));
  body.pipe(asked);
}

function dial(endpoint: HttpEndpoint, signal: AbortSignal): Socket {
  switch (endpoint.kind) {
    case 'unix':
      return connect(endpoint.path);
    case 'tcp': {
      const { host, port, tls } = endpoint;
      return tls === undefined ? connect(port, host) : connectSecurely({ host, port, ...tls });
    }
    case 'ssh':
      return dialThroughSsh(endpoint, signal);
  }
}
