import { basename } from 'node:path';

import { withTimeout } from '../../../host/delay.ts';
import { getPage } from '../../../host/http-ready.ts';
import { type PostgresReadiness, postgresReady } from '../../../host/postgres-ready.ts';
import { type LimitedResult, runLimited } from '../../../host/run-limited.ts';
import { connectTcp } from '../../../host/tcp.ts';
import type { Probe } from '../unit.ts';

export interface ProbeOptions {
  readonly timeoutMs: number;
  readonly runAs?: { readonly uid: number; readonly gid: number };
  /** Added to the environment of a command, so that what it leaves behind is known. */
  readonly marker: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface ProbeAnswer {
  readonly healthy: boolean;
  /** What it printed or answered, at most 4 KiB. */
  readonly output: string;
}

const keepBytes = 4096;

/**
 * Looks once whether a unit is healthy.
 *
 * @throws `signal.reason` when aborted. Everything else is an answer.
 */
export async function runProbe(probe: Probe, options: ProbeOptions): Promise<ProbeAnswer> {
  if (probe.kind === 'command') return runCommandProbe(probe, options);
  const { timeoutMs, signal } = options;
  try {
    return await withTimeout((limited) => ask(probe, limited), { signal, ms: timeoutMs });
  } catch (error) {
    signal.throwIfAborted();
    return { healthy: false, output: error instanceof Error ? error.message : String(error) };
  }
}

async function ask(
  probe: Exclude<Probe, { kind: 'command' }>,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  switch (probe.kind) {
    case 'postgres': {
      const answer = await postgresReady(probe, signal);
      const output = `${probe.host}:${probe.port} - ${inWords[answer]}`;
      return { healthy: answer === 'accepting', output };
    }
    case 'http': {
      const { status, body } = await getPage(probe.url, probe.headers, signal);
      return { healthy: status < 400, output: `HTTP ${status}\n${body}`.slice(0, keepBytes) };
    }
    case 'tcp': {
      (await connectTcp(probe, signal)).destroy();
      return { healthy: true, output: `${probe.host}:${probe.port} accepts connections` };
    }
  }
}

const inWords: Readonly<Record<PostgresReadiness, string>> = {
  accepting: 'accepting connections',
  rejecting: 'rejecting connections',
  'no-response': 'no response',
  'no-attempt': 'no attempt',
};

async function runCommandProbe(
  { argv, cwd, environment }: Extract<Probe, { kind: 'command' }>,
  { timeoutMs, runAs, marker, signal }: ProbeOptions,
): Promise<ProbeAnswer> {
  const result = await runLimited(argv, {
    cwd,
    environment: { ...environment, ...marker },
    timeoutMs,
    keepBytes,
    signal,
    ...(runAs === undefined ? {} : { runAs }),
  });
  const healthy = result.kind === 'exited' && result.code === 0;
  return { healthy, output: outputOf(result, argv[0], timeoutMs) };
}

function outputOf(result: LimitedResult, program: string, timeoutMs: number): string {
  switch (result.kind) {
    case 'exited':
      return result.output === '' && result.code !== 0 ? `exit code ${result.code}` : result.output;
    case 'killed':
      return `${result.output}killed by ${result.signal}`;
    case 'timed-out':
      return `timed out after ${timeoutMs} ms\n${result.output}`;
    case 'not-started':
      return result.code === 'ENOENT'
        ? `healthcheck program not found: ${basename(program)} (${program})`
        : `healthcheck program ${program} cannot be started: ${result.code}`;
  }
}
