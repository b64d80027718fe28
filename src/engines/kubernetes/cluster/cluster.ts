import { setMaxListeners } from 'node:events';

import { systemClock } from '../../../host/clock.ts';
import { withTimeout } from '../../../host/delay.ts';
import { trustExtraCertificates } from '../../../host/extra-certificates.ts';
import {
  askServer,
  type HttpRequest,
  type HttpResponse,
  openStream,
} from '../../../host/http-client.ts';
import { Gate } from '../../../host/gate.ts';
import { ApiError, CredentialsError, isTransient, NoServerError, statusOf } from './api-error.ts';
import { type Credentials, CredentialSource } from './credentials.ts';
import { readKubeconfig, type Target, type TargetOptions } from './read-kubeconfig.ts';

export interface ApiRequest {
  readonly method: HttpRequest['method'];
  /** From the root of the server, as in `/api/v1/pods`; parts are encoded by the caller. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** @defaultValue 'application/json' */
  readonly contentType?: string;
  readonly signal: AbortSignal;
}

/** Of a request whose answer is complete at once. */
const ANSWER_MS = 30_000;
const TRIES = 4;
/** Requests under way: more would only wait in the server. */
const AT_ONCE = 16;

/** Opens the cluster that the kubeconfig and the options name. Asks it nothing yet. */
export async function openCluster(options: TargetOptions): Promise<Cluster> {
  const { config, target } = await readKubeconfig(options);
  trustExtraCertificates(options.environment);
  return new Cluster(target, new CredentialSource(config));
}

/** An API server, and who we are to it. Everything that is asked of a cluster goes through here. */
export class Cluster implements AsyncDisposable {
  readonly target: Target;
  readonly #credentials: CredentialSource;
  readonly #gate = new Gate(AT_ONCE);
  /** Has answered before: what it does not answer now is worth asking again. */
  #answered = false;

  constructor(target: Target, credentials: CredentialSource) {
    this.target = target;
    this.#credentials = credentials;
  }

  /**
   * Asks, and reads the answer as JSON. What is overloaded or broke off is asked again, a few times: every request of
   * ours may be repeated.
   *
   * @throws {ApiError} when the server refuses.
   * @throws {NoServerError} when it cannot be asked.
   * @throws {CredentialsError} when who we are cannot be proved.
   */
  async ask<T>(asked: ApiRequest): Promise<T> {
    // One signal for all requests of a command, as many as there are objects, is no leak.
    setMaxListeners(0, asked.signal);
    for (let tried = 1; ; tried += 1) {
      try {
        const { body } = await this.#gate.pass(() =>
          this.#authorised(asked, (request) => this.#answer(request)),
        );
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the API's version promises
        return (body === '' ? {} : JSON.parse(body)) as T;
      } catch (error) {
        if (tried >= TRIES || !this.#answered || !isTransient(error)) throw error;
        await systemClock.sleep(pauseMs(error, tried), asked.signal);
      }
    }
  }

  /** A text that is read as it comes: a log. */
  async *stream(asked: ApiRequest): AsyncGenerator<Buffer, void, undefined> {
    yield* await this.#authorised(asked, async (request) => {
      const stream = await reached(request, () => openStream(request));
      if (stream.kind === 'refused') throw refusalOf(stream.response, request);
      return stream.chunks;
    });
  }

  /** What a WebSocket to the server needs. */
  async socketTo(path: string): Promise<{ readonly url: URL } & Credentials> {
    const url = new URL(this.#url(path));
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return { url, ...(await this.#credentials.get()) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#credentials.close();
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    const ask = (signal: AbortSignal): Promise<HttpResponse> => askServer({ ...request, signal });
    const limits = { signal: request.signal, ms: ANSWER_MS };
    const response = await reached(request, () => withTimeout(ask, limits));
    this.#answered = true;
    if (response.status >= 200 && response.status < 300) return response;
    throw refusalOf(response, request);
  }

  /** Once more with new credentials when the server does not accept those that it got. */
  async #authorised<T>(asked: ApiRequest, ask: (request: HttpRequest) => Promise<T>): Promise<T> {
    try {
      return await ask(requestOf(asked, this.#url(asked.path), await this.#credentials.get()));
    } catch (error) {
      if (error instanceof CredentialsError) this.#credentials.forget();
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      this.#credentials.forget();
      return ask(requestOf(asked, this.#url(asked.path), await this.#credentials.get()));
    }
  }

  /** A server may be reached below a path, as through a dashboard of many clusters. */
  #url(path: string): string {
    return `${this.target.server.replace(/\/+$/, '')}${path}`;
  }
}

function requestOf(
  { method, query = {}, body, contentType = 'application/json', signal }: ApiRequest,
  address: string,
  { agent, headers }: Credentials,
): HttpRequest {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const text = body === undefined ? undefined : JSON.stringify(body);
  // Node itself says no length for DELETE, and the server would take the body for the next request.
  const about =
    text === undefined
      ? {}
      : { 'Content-Type': contentType, 'Content-Length': String(Buffer.byteLength(text)) };
  return {
    method,
    url,
    agent,
    headers: { Accept: 'application/json', 'User-Agent': 'bowline', ...headers, ...about },
    ...(text !== undefined && { body: text }),
    signal,
  };
}

async function reached<T>({ url, signal }: HttpRequest, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new NoServerError(`no answer from ${url.origin}`, { cause: error });
  }
}

const VERBS = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

function refusalOf({ status, body }: HttpResponse, { method, url }: HttpRequest): ApiError {
  return new ApiError(status, statusOf(body), { verb: VERBS[method], path: url.pathname });
}

function pauseMs(error: unknown, tried: number): number {
  const seconds = error instanceof ApiError ? error.said.details?.retryAfterSeconds : undefined;
  return seconds === undefined ? 250 * 2 ** tried : Math.min(seconds, 5) * 1000;
}
