import { stat } from 'node:fs/promises';

import { deferred } from '../../../host/delay.ts';
import type { ExitStatus } from '../../../host/exit-status.ts';
import { identify, isAlive, type ProcessIdentity } from '../../../host/process-identity.ts';
import { spawnDetached } from '../../../host/spawn-detached.ts';
import { watchPath } from '../../../host/watch-path.ts';
import type { UnitSpec } from '../unit.ts';
import { parseExit, parseRunning, recorded, type RecordedProcess } from './recorder.ts';
import { openRun, readIfThere, type UnitFiles } from './unit-files.ts';

/** The processes of one start, and how it ends. */
export interface StartedUnit {
  readonly recorder: ProcessIdentity;
  readonly main?: ProcessIdentity;
  readonly ended: Promise<ExitStatus>;
}

export interface StartOptions {
  readonly files: UnitFiles;
  readonly marker: Readonly<Record<string, string>>;
  /** Empties the log first. */
  readonly fresh: boolean;
}

/** Milliseconds between two looks at an adopted process, for the case that it ends without a word. */
const lookMs = 2000;
/** Milliseconds for the recorder to say who it is. */
const introductionMs = 5000;

/**
 * Starts the processes of a unit.
 *
 * @throws the system's error when that is impossible.
 */
export async function startUnit(
  spec: UnitSpec,
  { files, marker, fresh }: StartOptions,
): Promise<StartedUnit> {
  using run = openRun(files, { fresh });
  const child = await spawnDetached(recorded(spec.argv), {
    cwd: spec.cwd,
    environment: { ...marker, ...spec.environment },
    descriptors: [run.log, run.log, run.running, run.exit],
    ...(spec.runAs === undefined ? {} : { runAs: spec.runAs }),
  });
  const recorder = await identify(child.pid);
  const main = await mainOf(files, child.ended);
  const ended = child.ended.then((exit) => parseExit(readIfThere(files.exit)) ?? exit);
  return {
    // Gone already: then its number is as good as any identity.
    recorder: recorder ?? { pid: child.pid, start: 'gone' },
    ...(main === undefined ? {} : { main }),
    ended,
  };
}

/** The processes that an earlier daemon has started, if that is known. */
export async function findStarted(
  files: UnitFiles,
): Promise<(Omit<StartedUnit, 'ended'> & { readonly atMs: number }) | undefined> {
  const running = parseRunning(readIfThere(files.running));
  if (running === undefined) return undefined;
  const recorder = await identityOf(running.recorder);
  const { mtimeMs } = await stat(files.running);
  return { recorder, main: await identityOf(running.main), atMs: Math.round(mtimeMs) };
}

/** How processes end that are not our children. */
export async function endOf(
  files: UnitFiles,
  recorder: ProcessIdentity,
  signal: AbortSignal,
): Promise<ExitStatus> {
  let notice = deferred();
  const wake = (): void => notice.resolve();
  const unwatch = watchPath(files.run, wake);
  const timer = setInterval(wake, lookMs);
  signal.addEventListener('abort', wake, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      notice = deferred();
      // In this order: it writes, then it ends.
      const alive = await isAlive(recorder);
      const exit = parseExit(readIfThere(files.exit));
      if (exit !== undefined) return exit;
      if (!alive) return { kind: 'unknown' };
      await notice.promise;
    }
  } finally {
    signal.removeEventListener('abort', wake);
    clearInterval(timer);
    unwatch();
  }
}

/** When the exit file was written. */
export async function endedAtMs(files: UnitFiles): Promise<number | undefined> {
  try {
    const { size, mtimeMs } = await stat(files.exit);
    return size > 0 ? Math.round(mtimeMs) : undefined;
  } catch {
    return undefined;
  }
}

async function mainOf(
  files: UnitFiles,
  ended: Promise<unknown>,
): Promise<ProcessIdentity | undefined> {
  const end = { came: false };
  void ended.finally(() => {
    end.came = true;
  });
  const givenUpMs = performance.now() + introductionMs;
  for (let pauseMs = 1; performance.now() < givenUpMs; pauseMs = Math.min(pauseMs * 1.5, 50)) {
    const last = end.came;
    const running = parseRunning(readIfThere(files.running));
    if (running !== undefined) return identityOf(running.main);
    if (last) return undefined;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return undefined;
}

async function identityOf({ pid, start }: RecordedProcess): Promise<ProcessIdentity> {
  return { pid, start: start ?? (await identify(pid))?.start ?? 'gone' };
}
