import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { writeFileAtomically } from '../host/atomic-file.ts';
import { makePrivateFolder } from '../host/socket-path.ts';
import { type HttpReply, type HttpRequest, serveUnix } from '../host/unix-http.ts';
import { Gate } from './gate.ts';
import { isRoutes, type Route } from './route.ts';

export interface RunGateOptions {
  /** Socket on which it is told its routes. */
  readonly socket: string;
  /** File in which it keeps them. */
  readonly file: string;
  readonly onError: (error: unknown) => void;
  /** Aborted: it closes its ports and returns. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two tries to get a port that somebody else had. */
const retryMs = 1000;

/** Owns the published ports of one project, from the routes it had last until it is told others. */
export async function runGate({ socket, file, onError, signal }: RunGateOptions): Promise<void> {
  await makePrivateFolder(dirname(socket));
  const gate = new Gate();
  await gate.resume(await readRoutes(file, onError));
  const server = await serveUnix(socket, {
    handle: (request) => handle(request, gate, file),
    onError,
  });
  const retry = setInterval(() => {
    gate.retry().catch(onError);
  }, retryMs);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(retry);
  await Promise.all([server.close(), gate.close()]);
}

async function handle(
  { method, path, body }: HttpRequest,
  gate: Gate,
  file: string,
): Promise<HttpReply> {
  if (path.join('/') !== 'v1/routes') return reply(404, { error: 'no such place' });
  if (method === 'GET') {
    return reply(200, { results: gate.results, connections: gate.connections });
  }
  if (method !== 'PUT') return reply(405, { error: `${method} is not possible` });
  if (!isRoutes(body)) return reply(400, { error: 'not a list of routes' });
  const answer = await gate.set(body);
  if (answer.applied) await writeFileAtomically(file, JSON.stringify({ format: 1, routes: body }));
  return reply(answer.applied ? 200 : 409, answer);
}

function reply(status: number, body: unknown): HttpReply {
  return { kind: 'json', status, body };
}

async function readRoutes(
  file: string,
  onError: (error: unknown) => void,
): Promise<readonly Route[]> {
  try {
    const { format, routes } = JSON.parse(await readFile(file, 'utf8'));
    if (format === 1 && isRoutes(routes)) return routes;
    onError(new Error(`${file} holds no routes that this version understands`));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) onError(error);
  }
  return [];
}
