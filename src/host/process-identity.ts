import { readFile } from 'node:fs/promises';

import { outputOf } from './output-of.ts';
import { type ProcessRow, parsePsLine, parseStat } from './process-row.ts';
import { readSmallFile } from './small-file.ts';

/** A process, and no other that later gets the same number. Holds within one boot: see `bootId`. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own form. */
  readonly start: string;
}

/** The process that has this number now; absent when there is none, or only a zombie. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const row = await readRow(pid);
  return row === undefined || row.zombie ? undefined : { pid, start: row.start };
}

/** False as soon as the process has ended, zombies included, and when its number belongs to another one. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.start === identity.start;
}

/** Sends a signal to this very process. False when it is gone; never reaches another one. */
export async function signalProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
): Promise<boolean> {
  if (identity.pid <= 1 || !(await isAlive(identity))) return false;
  return sent(identity.pid, signal);
}

/** Kills every process of a group that the caller has made. */
export function killGroup(group: number): void {
  if (group > 1) sent(-group, 'SIGKILL');
}

function sent(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    // Gone in the meantime, or not ours to signal.
    return false;
  }
}

/** Names this run of the operating system: process identities of another one mean nothing. */
export async function bootId(): Promise<string> {
  if (process.platform === 'linux') {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
  }
  return (await outputOf('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'])).trim();
}

async function readRow(pid: number): Promise<ProcessRow | undefined> {
  if (process.platform === 'linux') {
    const text = readSmallFile(`/proc/${pid}/stat`);
    return text === undefined ? undefined : parseStat(text);
  }
  try {
    const fields = ['-o', 'pid=,ppid=,pgid=,tty=,stat=,lstart=', '-p', String(pid)];
    return parsePsLine(await outputOf('/bin/ps', fields));
  } catch {
    return undefined;
  }
}
