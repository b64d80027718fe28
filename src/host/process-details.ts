import { statSync } from 'node:fs';

import { outputOf } from './output-of.ts';
import { commandOf, ProcessScanner } from './process-scanner.ts';
import { readSmallFile } from './small-file.ts';

/** What a person wants to know of a process. */
export interface ProcessDetails {
  readonly pid: number;
  readonly parent: number;
  /** Number or name. */
  readonly user: string;
  /** Seconds of a processor that it has used. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly command: string;
}

/** Of the kernel's clock in what it tells programs, on every Linux. */
const TICKS_A_SECOND = 100;

/** The processes of the session of `pid`, and their descendants, without the session's leader unless it is `pid`. */
export async function processesBeside(pid: number): Promise<readonly ProcessDetails[]> {
  const { rows } = await new ProcessScanner('BOWLINE_UNIT').scan();
  const main = rows.get(pid);
  if (main === undefined) return [];
  const chosen = new Set([pid]);
  for (const { pid: each, session } of rows.values())
    if (session === main.session && each !== session) chosen.add(each);
  // A child may come before its parent in the table: as often as something is found.
  for (let size = 0; size !== chosen.size;) {
    size = chosen.size;
    for (const { pid: each, parent } of rows.values()) if (chosen.has(parent)) chosen.add(each);
  }
  const pids = [...chosen].filter((each) => rows.get(each)?.zombie === false);
  return process.platform === 'linux'
    ? pids.toSorted((a, b) => a - b).flatMap((each) => ofProc(each) ?? [])
    : ofPs(pids);
}

/** Undefined: it has ended since. */
function ofProc(pid: number): ProcessDetails | undefined {
  const text = readSmallFile(`/proc/${pid}/stat`);
  const user = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
  if (text === undefined || user === undefined) return undefined;
  // Field 4 and on: a name may hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent = 0, own = 0, inKernel = 0] = [1, 11, 12].map((at) => Number(fields[at]));
  const status = readSmallFile(`/proc/${pid}/status`) ?? '';
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return {
    pid,
    parent,
    user: String(user),
    cpuSeconds: (own + inKernel) / TICKS_A_SECOND,
    memoryBytes: kilobytes * 1024,
    command: commandOf(pid),
  };
}

async function ofPs(pids: readonly number[]): Promise<readonly ProcessDetails[]> {
  const columns = 'pid=,ppid=,user=,time=,rss=,args=';
  const table = await outputOf('/bin/ps', ['-ww', '-o', columns, '-p', pids.join(',')]);
  return table.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+([\d:.-]+)\s+(\d+)\s+(.*)$/.exec(line);
    if (found === null) return [];
    const [, pid, parent, user = '', time = '', kilobytes, command = ''] = found;
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        user,
        cpuSeconds: secondsOf(time),
        memoryBytes: Number(kilobytes) * 1024,
        command,
      },
    ];
  });
}

/** `1-02:03:04` or `3:04.05`. */
function secondsOf(time: string): number {
  const [days, clock = days] = time.includes('-') ? time.split('-') : ['0', time];
  const seconds = (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
