import { text as readText } from 'node:stream/consumers';
import type { Duplex, Readable } from 'node:stream';

import { errorCodeOf } from '../../host/error-code.ts';
import {
  askEndpoint,
  type HttpCall,
  type HttpEndpoint,
  upgradeEndpoint,
} from '../../host/http-endpoint.ts';
import { RunError } from '../../model/finding.ts';

/** The engine understood and refused. */
export class DockerError extends Error {
  override readonly name = 'DockerError';
  /** Of HTTP: 404 not there, 409 in conflict, 500 the world. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Query = Readonly<Record<string, string | number | boolean | object | undefined>>;

interface DockerCall {
  readonly method?: HttpCall['method'];
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON, or as it comes. */
  readonly body?: object | Readable;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * The Engine API. No version is named in paths: engines refuse versions that they find too old.
 *
 * Every call throws `DockerError` when the engine refuses, `RunError` when it cannot be reached, and `signal.reason`.
 */
export interface DockerApi {
  /** The answer by its documented shape; undefined where there is none. */
  call<Answer>(call: DockerCall): Promise<Answer>;
  /** The answer's body as it comes. Destroy it when it is no longer wanted. */
  stream(call: DockerCall): Promise<Readable>;
  /** A two-way connection, as of `exec` and `attach`. */
  open(call: DockerCall): Promise<Duplex>;
}

export function createDockerApi(endpoint: HttpEndpoint, from: string): DockerApi {
  const reach = async <T>(asked: Promise<T>, signal: AbortSignal): Promise<T> => {
    try {
      return await asked;
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable(error, from);
    }
  };
  const ask = async (call: DockerCall): Promise<Readable> => {
    const response = await reach(askEndpoint(endpoint, toHttp(call)), call.signal);
    const status = response.statusCode ?? 0;
    if (status < 400) return response;
    throw new DockerError(status, messageOf(await readText(response)));
  };
  return {
    stream: ask,
    async call<Answer>(call: DockerCall): Promise<Answer> {
      const text = await reach(readText(await ask(call)), call.signal);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is the engine's promise
      return (text === '' ? undefined : JSON.parse(text)) as Answer;
    },
    async open(call) {
      const upgraded = await reach(upgradeEndpoint(endpoint, toHttp(call)), call.signal);
      if (upgraded.kind === 'open') return upgraded.connection;
      const { response } = upgraded;
      throw new DockerError(response.statusCode ?? 0, messageOf(await readText(response)));
    },
  };
}

function toHttp({
  method = 'GET',
  path,
  query = {},
  body,
  headers = {},
  signal,
}: DockerCall): HttpCall {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    search.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const sign = path.includes('?') ? '&' : '?';
  const asked = search.size === 0 ? path : `${path}${sign}${search.toString()}`;
  const sent = body === undefined || isReadable(body) ? body : JSON.stringify(body);
  return { method, path: asked, headers, signal, ...(sent !== undefined && { body: sent }) };
}

function isReadable(body: object): body is Readable {
  return 'pipe' in body;
}

function messageOf(text: string): string {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && 'message' in answer)
      return String(answer.message).trim();
  } catch {
    // Not the engine's own words: a proxy's, perhaps.
  }
  return text.trim() || 'no reason given';
}

function unreachable(error: unknown, from: string): unknown {
  if (error instanceof DockerError || error instanceof SyntaxError) return error;
  const code = errorCodeOf(error);
  const denied = code === 'EACCES' || code === 'EPERM';
  const detail = error instanceof Error ? error.message : String(error);
  return new RunError(
    [
      {
        code: denied ? 'docker/no-permission' : 'docker/unreachable',
        cause: denied
          ? `this user may not use the engine at ${from}`
          : `no engine answers at ${from}`,
        proof: [detail],
        fix: denied
          ? [
              'Add the user to the group that owns the socket, as in: sudo usermod -aG docker $USER; then log in again.',
            ]
          : [
              'Start the engine, as in: sudo systemctl start docker. bowline engines shows what can be used instead.',
            ],
      },
    ],
    { exitCode: 5, cause: error },
  );
}
