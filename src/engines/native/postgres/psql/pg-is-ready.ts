import { type PostgresReadiness, postgresReady } from '../../../../host/postgres-ready.ts';
import { targetOf } from './connect.ts';
import { parseOptions } from './options.ts';
import type { PsqlIo } from './psql.ts';

/** Seconds that PostgreSQL's own waits for an answer. */
const defaultTimeout = 3;

const ANSWERS: Readonly<Record<PostgresReadiness, readonly [code: number, text: string]>> = {
  accepting: [0, 'accepting connections'],
  rejecting: [1, 'rejecting connections'],
  'no-response': [2, 'no response'],
  'no-attempt': [3, 'no attempt'],
};

/** A stand-in for `pg_isready` where a machine has none. Gives the exit code. */
export async function pgIsReady(argv: readonly string[], io: PsqlIo): Promise<number> {
  // Here `-t` takes a time.
  const timeoutAt = argv.findIndex((arg) => /^(-t|--timeout)/.test(arg));
  const timeout =
    timeoutAt === -1 ? undefined : /^(?:-t|--timeout=)(\d+)$/.exec(argv[timeoutAt] ?? '')?.[1];
  const taken = timeoutAt === -1 ? 0 : timeout === undefined ? 2 : 1;
  const seconds = Number(timeout ?? (taken === 2 ? argv[timeoutAt + 1] : defaultTimeout));
  const rest =
    timeoutAt === -1
      ? argv
      : argv.filter((_, index) => index < timeoutAt || index >= timeoutAt + taken);
  const parsed = parseOptions(rest);
  if (parsed.kind === 'wrong') {
    io.err(`pg_isready: ${parsed.message}\n`);
    return 3;
  }
  const connection = parsed.kind === 'options' ? parsed.options.connection : {};
  const place = targetOf(connection, io.environment);
  const signal = seconds > 0 ? AbortSignal.timeout(seconds * 1000) : new AbortController().signal;
  const readiness = await postgresReady(place, signal).catch(() => 'no-response' as const);
  const [code, text] = ANSWERS[readiness];
  const quiet = parsed.kind === 'options' && parsed.options.quiet;
  if (!quiet) io.out(`${place.host}:${place.port} - ${text}\n`);
  return code;
}
