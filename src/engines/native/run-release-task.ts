import { join } from 'node:path';

import type { Emitting } from '../../engine/engine.ts';
import { tellWhile } from '../../host/tell-while.ts';
import { type Finding, RunError } from '../../model/finding.ts';
import type { ExitStatus } from '../../model/observed.ts';
import type { Service } from '../../model/project.ts';
import type { ReleaseTask } from '../../model/release-task.ts';
import { type Step, stepIdOf } from '../../model/step.ts';
import { exitInWords } from '../../diagnose/exit-in-words.ts';
import { releaseTaskFailed } from '../../diagnose/release-task-failed.ts';
import type { Link } from './link.ts';
import { readLogs } from './logs/read-log.ts';
import type { NativeOptions } from './options.ts';
import type { ServiceStarter } from './service-starter.ts';
import { taskNameOf, taskUnitOf } from './task-unit.ts';
import type { UnitRecord } from './unit.ts';

export interface ReleaseTaskOptions extends Emitting {
  readonly step: Extract<Step, { readonly kind: 'release-task' }>;
  readonly service: Service;
  readonly task: ReleaseTask;
  readonly options: NativeOptions;
  readonly link: Link;
  readonly starter: ServiceStarter;
  readonly signal: AbortSignal;
}

/** Empty ones among them are not shown. */
const LAST_LINES = 40;

/**
 * Runs a release task in a unit of its own: it goes on when this command dies, and its end is written down. One that an
 * earlier command has started is waited for and not started twice.
 *
 * @throws {RunError} when it fails.
 */
export async function runReleaseTask(
  asked: ReleaseTaskOptions,
): Promise<{ readonly changed: boolean }> {
  const { service, task, step, link, signal } = asked;
  const name = taskNameOf(service.name);
  await link.followed();
  const before = link.table
    .all()
    .find((unit) => unit.name === name && unit.state.kind !== 'exited');
  const isSame = before?.fingerprint === step.fingerprint;
  if (before !== undefined && !isSame) await endOf(before, asked);
  const unit = before !== undefined && isSame ? before : await start(name, asked);
  const patience = AbortSignal.timeout(Math.min(task.timeoutMs, 0x7fff_ffff));
  const exit = await Promise.race([showUntilEnd(unit, asked), abortOf(patience)]);
  signal.throwIfAborted();
  if (exit === 'too-late') {
    const daemon = await link.daemon();
    await daemon.stop(name, { signal });
  }
  if (exit !== 'too-late' && exit.kind === 'code' && exit.code === 0) return { changed: true };
  throw new RunError([await findingOf(exit, asked)]);
}

function abortOf(patience: AbortSignal): Promise<'too-late'> {
  return new Promise((resolve) => {
    patience.addEventListener('abort', () => resolve('too-late'), { once: true });
  });
}

async function start(
  name: string,
  { service, task, step, options, link, starter, signal, emit }: ReleaseTaskOptions,
): Promise<UnitRecord> {
  const process = await starter.inside(service, {
    command: task.command,
    ...(task.entrypoint !== undefined && { entrypoint: task.entrypoint }),
    environment: new Map(),
    beside: task.strategy === 'exec',
    // No copy of the service has the number 0: what it needs on disk is its own.
    number: task.strategy === 'exec' ? 1 : 0,
    signal,
    emit,
  });
  const { project } = options;
  const spec = taskUnitOf(service, task, { project, fingerprint: step.fingerprint, process });
  const daemon = await link.daemon();
  // Its log begins anew.
  await daemon.remove(name, { signal });
  try {
    return (await daemon.put(spec, { signal })).unit;
  } catch (error) {
    // It has not begun, which is not the same as that nobody knows.
    await daemon.remove(name, { signal });
    throw error;
  }
}

/** Shows what it writes, and gives its end. */
async function showUntilEnd(unit: UnitRecord, asked: ReleaseTaskOptions): Promise<ExitStatus> {
  const { service, options, emit, signal } = asked;
  const folder = join(options.directories.units, unit.name);
  const query = { folder, replica: unit.name, service: service.name };
  const over = new AbortController();
  let seen = 0;
  const show = (text: string): void => {
    seen += 1;
    emit({ kind: 'output', service: service.name, text });
  };
  const following = (async () => {
    for await (const { text } of readLogs({ ...query, follow: true, signal: over.signal }))
      show(text);
  })().catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  try {
    return await endOf(unit, asked);
  } finally {
    over.abort();
    await following;
    if (!signal.aborted) {
      let line = 0;
      for await (const { text } of readLogs({ ...query, follow: false, signal })) {
        line += 1;
        if (line > seen) show(text);
      }
    }
  }
}

/** Waits until nothing of this very run is left. */
async function endOf(
  { name, createdAtMs }: UnitRecord,
  { service, step, link, emit, signal }: ReleaseTaskOptions,
): Promise<ExitStatus> {
  const tell = (forMs: number): void =>
    emit({ kind: 'waiting', step: stepIdOf(step), because: 'it has not ended yet', forMs });
  return tellWhile(tell, async () => {
    for await (const unit of link.table.changes(signal)) {
      if (unit.name !== name || unit.createdAtMs !== createdAtMs) continue;
      if (unit.state.kind === 'exited') return unit.state.exit;
    }
    throw new Error(`${service.name}: the list of units has ended`);
  });
}

async function findingOf(
  exit: ExitStatus | 'too-late',
  { service, task, options }: ReleaseTaskOptions,
): Promise<Finding> {
  const name = taskNameOf(service.name);
  const folder = join(options.directories.units, name);
  const lines: string[] = [];
  const { signal } = new AbortController();
  const query = { folder, replica: name, service: service.name, follow: false, signal };
  for await (const { text } of readLogs({ ...query, tail: LAST_LINES })) lines.push(text);
  const how = exit === 'too-late' ? { kind: exit } : exitInWords(exit);
  return releaseTaskFailed({ service: service.name, task, how, lines });
}
