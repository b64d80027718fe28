import { once, setMaxListeners } from 'node:events';
import { type Agent, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';

/** Keeps connections open, and knows how to prove who is calling. */
export type HttpAgent = Agent;

/** Lets an agent read certificates and keys once, which it would do for each of its connections, 6 ms every time. */
export function readCertificatesOnce(agent: HttpAgent): void {
  // One that goes through a proxy has connections of two kinds.
  if (!(agent instanceof SecureAgent) || agent.constructor !== SecureAgent) return;
  try {
    const { createSecureContext } = process.getBuiltinModule('node:tls');
    agent.options.secureContext = createSecureContext(agent.options);
  } catch {
    // Who connects is told what is wrong with them.
  }
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent?: HttpAgent;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/**
 * Asks a server and reads the whole answer; redirections are not followed.
 *
 * @throws the system's error when there is no complete answer, or `signal.reason` when aborted.
 */
export async function askServer(asked: HttpRequest): Promise<HttpResponse> {
  const response = await responseOf(asked);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const { statusCode: status = 0, headers } = response;
    return { status, headers, body: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    throw asked.signal.aborted ? asked.signal.reason : error;
  }
}

/** An answer that goes on. Whoever got it reads `chunks` to the end, or leaves the loop. */
export type HttpStream =
  | { readonly kind: 'open'; readonly chunks: AsyncIterable<Buffer> }
  /** The server refused: a whole answer, as of `askServer`. */
  | { readonly kind: 'refused'; readonly response: HttpResponse };

/**
 * Asks a server for an answer that is read as it comes.
 *
 * @throws the system's error when there is no answer, or `signal.reason` when aborted.
 */
export async function openStream(asked: HttpRequest): Promise<HttpStream> {
  const response = await responseOf(asked);
  const { statusCode: status = 0, headers } = response;
  // 204: there is nothing to be read, now.
  if (status === 200 || status === 204) return { kind: 'open', chunks: chunksOf(response, asked) };
  let body = '';
  for await (const chunk of chunksOf(response, asked)) body += chunk.toString('utf8');
  return { kind: 'refused', response: { status, headers, body } };
}

async function* chunksOf(
  response: IncomingMessage,
  { signal }: HttpRequest,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    response.destroy();
  }
}

async function responseOf({
  method,
  url,
  headers,
  agent,
  body,
  signal,
}: HttpRequest): Promise<IncomingMessage> {
  signal.throwIfAborted();
  // One signal for all requests of a command, as many as there are objects, is no leak.
  setMaxListeners(0, signal);
  const request = url.protocol === 'https:' ? secureRequest : plainRequest;
  try {
    const asked = request(url, { method, headers, signal, ...(agent !== undefined && { agent }) });
    asked.end(body);
    const response: IncomingMessage = (await once(asked, 'response'))[0];
    return response;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
