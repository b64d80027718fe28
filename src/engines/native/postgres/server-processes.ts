import { readFile, realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { identify, type ProcessIdentity, signalProcess } from '../../../host/process-identity.ts';
import { commandOf, ProcessScanner } from '../../../host/process-scanner.ts';

export interface ServerProcess extends ProcessIdentity {
  /** The first process of a server, the parent of the others. */
  readonly postmaster: boolean;
}

/**
 * PostgreSQL's processes that have a data folder open. All of them work in it, so their working directory tells, also for
 * those whose postmaster was killed.
 */
export async function serverProcesses(folder: string): Promise<readonly ServerProcess[]> {
  const path = await realpath(folder).catch(() => folder);
  if (process.platform !== 'linux') return fromLockFile(path);
  const snapshot = await new ProcessScanner('BOWLINE_NONE').scan();
  const rows = [...snapshot.rows.values()].filter(
    (row) => !row.zombie && snapshot.directoryOf(row) === path && isPostgres(commandOf(row.pid)),
  );
  const pids = new Set(rows.map(({ pid }) => pid));
  return rows.map(({ pid, start, parent }) => ({
    pid,
    start,
    postmaster: !pids.has(parent) && !isBackend(commandOf(pid)),
  }));
}

/** Where the system tells no working directories, the lock file names the postmaster, and its command must be right. */
async function fromLockFile(folder: string): Promise<readonly ServerProcess[]> {
  const pid = await lockedBy(folder);
  const identity = pid === undefined ? undefined : await identify(pid);
  if (identity === undefined) return [];
  const age = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  // Line 3 is when the server has started; a process that began much later only has its number.
  const startedMs = Number(age.split('\n')[2]) * 1000;
  const processMs = Date.parse(identity.start);
  const same = Number.isNaN(processMs) || Math.abs(processMs - startedMs) < 10_000;
  return same ? [{ ...identity, postmaster: true }] : [];
}

/** The number in `postmaster.pid`. */
async function lockedBy(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Math.abs(Number.parseInt(text, 10));
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** What clearing a data folder for a new server has found. */
export type Clearing =
  | { readonly kind: 'clear' }
  | { readonly kind: 'running'; readonly pid: number };

/**
 * Makes a data folder ready for a server: nobody may have it open. Processes without their postmaster are ended, for no
 * server starts beside them; a lock file of a server that is gone is removed, for its number may be somebody else's by now
 * and the new server would believe that one to be its predecessor.
 */
export async function clearForServer(folder: string): Promise<Clearing> {
  const processes = await serverProcesses(folder);
  const postmaster = processes.find((each) => each.postmaster);
  if (postmaster !== undefined) return { kind: 'running', pid: postmaster.pid };
  await endAll(folder, processes);
  await rm(join(folder, 'postmaster.pid'), { force: true });
  return { kind: 'clear' };
}

/** Ends whatever has the folder open: for a cluster that is thrown away. */
export async function endServer(folder: string): Promise<void> {
  await endAll(folder, await serverProcesses(folder));
}

async function endAll(folder: string, processes: readonly ServerProcess[]): Promise<void> {
  for (let left = processes, round = 0; left.length > 0 && round < 50; round += 1) {
    await Promise.all(left.map((each) => signalProcess(each, 'SIGKILL')));
    left = await serverProcesses(folder);
  }
}

function isPostgres(command: string): boolean {
  return /^postgres(:|$)/.test(command) || basename(command.split(' ')[0] ?? '') === 'postgres';
}

/** The others call themselves `postgres: checkpointer` and the like. */
function isBackend(command: string): boolean {
  return command.startsWith('postgres:');
}
