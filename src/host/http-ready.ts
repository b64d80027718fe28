import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  /** The first bytes of it. */
  readonly body: string;
}

const keptBytes = 4096;

/**
 * Gets a page; redirections are not followed.
 *
 * @throws the system's error, or `signal.reason` when aborted.
 */
export async function getPage(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  signal.throwIfAborted();
  const asked = get(url, { headers, signal, agent: false });
  const response: IncomingMessage = (await once(asked, 'response'))[0];
  let body = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      body += chunk;
      if (body.length >= keptBytes) break;
    }
  } finally {
    response.destroy();
  }
  return { status: response.statusCode ?? 0, body: body.slice(0, keptBytes) };
}
