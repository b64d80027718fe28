import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One GET on loopback with a connection of its own. */
export function get(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer from ${url} in 10 s`)));
    asked.on('error', reject);
    asked.end();
  });
}

/** Asks until the answer is as wanted; gives up after `timeoutMs`. */
export async function until(
  url: string,
  wanted: (answer: Answer) => boolean,
  { timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {},
): Promise<Answer> {
  const giveUpAt = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < giveUpAt) {
    try {
      const answer = await get(url);
      if (wanted(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await pause(20);
  }
  throw new Error(
    `${url} did not answer as wanted within ${timeoutMs} ms; at last: ${JSON.stringify(last)}${String(last)}`,
  );
}
