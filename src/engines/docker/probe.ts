import { askOverTcp, asksSocket } from '../../model/ask-over-tcp.ts';
import { DockerError } from './api.ts';
import type { DockerContext } from './context.ts';
import { execInside } from './exec-inside.ts';
import type { Container } from './shapes.ts';

export type ProbeAnswer =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'unhealthy'; readonly output: string };

/** What Docker takes where the file and the image say nothing. */
const TIMEOUT_MS = 30_000;

/** A server that is told to listen on nothing but its socket stays there. */
const SOCKET_ONLY = /\blisten_addresses=\s*(?:''|"")?$/;

/** Does its healthcheck ask PostgreSQL where a server answers too early? See {@link asksSocket}. */
export function asksItsSocket({ Args, Config }: Container): boolean {
  const isToldWhere = (Config.Env ?? []).some((variable) => variable.startsWith('PGHOST='));
  const isAllThereIs = (Args ?? []).some((word) => SOCKET_ONLY.test(word));
  return !isToldWhere && !isAllThereIs && asksSocket(Config.Healthcheck?.Test ?? []);
}

/** Runs the healthcheck of a container once, now; PostgreSQL is asked where others ask it. */
export async function probe(
  context: DockerContext,
  container: Container,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const { Id, Config } = container;
  const test = Config.Healthcheck?.Test ?? [];
  const words = asksItsSocket(container) ? askOverTcp(test).flat() : test.slice(1);
  const command = test[0] === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : words;
  const timeoutMs = (Config.Healthcheck?.Timeout ?? 0) / 1e6 || TIMEOUT_MS;
  const patience = AbortSignal.timeout(timeoutMs);
  try {
    const { exitCode, output } = await execInside(context, Id, {
      command,
      signal: AbortSignal.any([signal, patience]),
    });
    return exitCode === 0 ? { kind: 'healthy' } : { kind: 'unhealthy', output };
  } catch (error) {
    signal.throwIfAborted();
    if (patience.aborted)
      return { kind: 'unhealthy', output: `no answer of the healthcheck in ${timeoutMs} ms` };
    // It ended in the meantime: the next look says how.
    if (error instanceof DockerError) return { kind: 'unhealthy', output: error.message };
    throw error;
  }
}
