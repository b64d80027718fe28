import { Agent, type ClientRequest, get } from 'node:http';

export interface Load {
  readonly answered: number;
  /** How often each error came, other than "connection refused", which a closed door says. */
  readonly failed: Readonly<Record<string, number>>;
  /** Connections that the kernel made and nobody took before the port was closed. */
  readonly untaken: number;
  /** Answers that said `Connection: close`. */
  readonly closing: number;
}

/** Asks in `clients` endless loops until every one of them is refused. */
export async function loadUntilRefused(
  url: string,
  { clients, keepAlive }: { readonly clients: number; readonly keepAlive: boolean },
): Promise<Load> {
  const agent = new Agent({ keepAlive, maxSockets: clients });
  const failed: Record<string, number> = {};
  let answered = 0;
  let untaken = 0;
  let closing = 0;
  const loop = async (): Promise<void> => {
    for (;;) {
      const outcome = await ask(url, agent);
      if (outcome.kind === 'refused') return;
      if (outcome.kind === 'untaken') untaken += 1;
      if (outcome.kind === 'failed') failed[outcome.why] = (failed[outcome.why] ?? 0) + 1;
      if (outcome.kind === 'answered') {
        answered += 1;
        if (outcome.closing) closing += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, loop));
  agent.destroy();
  return { answered, failed, untaken, closing };
}

type Outcome =
  | { readonly kind: 'answered'; readonly closing: boolean }
  | { readonly kind: 'refused' }
  | { readonly kind: 'untaken' }
  | { readonly kind: 'failed'; readonly why: string };

async function ask(url: string, agent: Agent): Promise<Outcome> {
  return new Promise((resolve) => {
    const request: ClientRequest = get(url, { agent }, (response) => {
      response.resume();
      response.once('error', (error) => resolve({ kind: 'failed', why: `cut: ${error.message}` }));
      response.once('end', () => {
        const { statusCode = 0, headers } = response;
        const closing = headers.connection === 'close';
        const good = statusCode === 200 && response.complete;
        resolve(good ? { kind: 'answered', closing } : { kind: 'failed', why: `${statusCode}` });
      });
    });
    request.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve({ kind: 'refused' });
      else if (error.code === 'ECONNRESET' && !request.reusedSocket) resolve({ kind: 'untaken' });
      else resolve({ kind: 'failed', why: error.code ?? error.message });
    });
  });
}
