import { setTimeout as pause } from 'node:timers/promises';

import { acceptsTcp } from '../../host/tcp.ts';
import { tellWhile } from '../../host/tell-while.ts';
import type { EventBody } from '../../model/event.ts';
import { type Finding, RunError } from '../../model/finding.ts';
import type { Service } from '../../model/project.ts';
import { type AwaitCondition, stepIdOf } from '../../model/step.ts';
import { judge } from './await-condition.ts';
import type { UnitTable } from './unit-table.ts';
import type { UnitRecord } from './unit.ts';

export interface WaitForOptions {
  readonly service: Service;
  readonly condition: AwaitCondition;
  readonly units: UnitTable;
  /** Adds what the log says to the findings of a failure. */
  readonly explain: (unit: UnitRecord, findings: readonly Finding[]) => Promise<readonly Finding[]>;
  readonly emit: (event: EventBody) => void;
  readonly signal: AbortSignal;
}

/** Milliseconds for a published port to accept its first connection, where nothing else says that a service is ready. */
const PORT_PATIENCE_MS = 60_000;
/** Milliseconds that a program has to run to count as started, where nothing else says that it is ready. */
const FIRST_MOMENTS_MS = 500;
/** Milliseconds between two looks at a port, or at a program that was just started. */
const PORT_EVERY_MS = 10;

/**
 * Waits until `condition` is true of every copy of a service. Gives false when it was true already.
 *
 * @throws {RunError} when it will not come to it.
 * @throws `signal.reason` when aborted.
 */
export async function waitFor(options: WaitForOptions): Promise<boolean> {
  const { service, condition, units, signal, emit } = options;
  const step = stepIdOf({ kind: 'await', service: service.name, condition, required: true });
  let because = 'it is being started';
  const tell = (forMs: number): void => emit({ kind: 'waiting', step, because, forMs });
  return tellWhile(tell, async () => {
    let waited = false;
    for await (const records of units.changesOf(service.name, signal)) {
      const verdict = judge(service.name, records, condition);
      if (verdict.kind === 'failed')
        throw new RunError(await explainAll(records, verdict.findings, options));
      if (verdict.kind === 'met') {
        if (condition === 'ready')
          waited = (await waitForPorts(service, records, options)) || waited;
        if (condition === 'ready') waited = (await waitForFirstMoments(service, options)) || waited;
        return waited;
      }
      ({ because } = verdict);
      waited = true;
    }
    return waited;
  });
}

async function explainAll(
  records: readonly UnitRecord[],
  findings: readonly Finding[],
  { explain }: WaitForOptions,
): Promise<readonly Finding[]> {
  const [record] = records;
  return record === undefined ? findings : explain(record, findings);
}

/** Without a healthcheck, a service that publishes ports is ready when the first of them is answered behind the gate. */
async function waitForPorts(
  service: Service,
  records: readonly UnitRecord[],
  options: WaitForOptions,
): Promise<boolean> {
  const running = records.find(
    ({ state }) => state.kind === 'running' && state.health.kind === 'none',
  );
  const port = running === undefined ? undefined : options.units.listeningPortOf(running);
  if (running === undefined || port === undefined) return false;
  const patience = AbortSignal.timeout(PORT_PATIENCE_MS);
  const signal = AbortSignal.any([options.signal, patience]);
  let waited = false;
  while (!(await accepts(port, signal))) {
    waited = true;
    options.signal.throwIfAborted();
    if (patience.aborted) {
      options.emit({
        kind: 'note',
        level: 'warning',
        service: service.name,
        text: `nothing listens on port ${port.port} after ${PORT_PATIENCE_MS / 1000} s`,
      });
      return waited;
    }
    const verdict = judge(service.name, options.units.of(service.name), 'ready');
    if (verdict.kind === 'failed')
      throw new RunError(
        await explainAll(options.units.of(service.name), verdict.findings, options),
      );
    await pause(PORT_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return waited;
}

/** A mistake in its first lines ends a program at once: what has neither a healthcheck nor a port is looked at a little longer. */
async function waitForFirstMoments(service: Service, options: WaitForOptions): Promise<boolean> {
  const { units, signal } = options;
  let waited = false;
  for (;;) {
    const records = units.of(service.name);
    const verdict = judge(service.name, records, 'ready');
    if (verdict.kind === 'failed')
      throw new RunError(await explainAll(records, verdict.findings, options));
    const settling = records.some((record) => isSettling(record, units));
    if (verdict.kind === 'met' && !settling) return waited;
    waited = true;
    await pause(PORT_EVERY_MS, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
  }
}

function isSettling(record: UnitRecord, units: UnitTable): boolean {
  const { state } = record;
  if (state.kind !== 'running' || state.health.kind !== 'none') return false;
  if (units.listeningPortOf(record) !== undefined) return false;
  const ageMs = Date.now() - state.startedAtMs;
  // A clock that was set back must not make anyone wait.
  return ageMs >= 0 && ageMs < FIRST_MOMENTS_MS;
}

async function accepts(
  address: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<boolean> {
  return acceptsTcp(address, signal).catch(() => false);
}
