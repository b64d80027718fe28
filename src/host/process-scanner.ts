import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

import { outputOf } from './output-of.ts';
import { type ProcessRow, parsePsLine, parseStat } from './process-row.ts';
import { readSmallFile } from './small-file.ts';

/** Every process at one moment; what costs a look at the process itself is read when asked for. */
export interface ProcessSnapshot {
  readonly rows: ReadonlyMap<number, ProcessRow>;
  /** Value of the marker variable in its environment. Absent where it cannot be read. */
  markerOf(row: ProcessRow): string | undefined;
  directoryOf(row: ProcessRow): string | undefined;
  /** As in `mnt:[4026531832]`. */
  mountNamespaceOf(row: ProcessRow): string | undefined;
}

const pauseMs = 2;

/**
 * Reads the system's table of processes. Requests that come within a moment share one reading, which always begins
 * after the last of them: a hundred units that stop together cost one.
 */
export class ProcessScanner {
  readonly #marker: string;
  /** By pid and start: an environment is read once a process, and remembered although the process may overwrite it. */
  #markers = new Map<string, string | undefined>();
  #pending: Promise<ProcessSnapshot> | undefined;

  /** @param marker - the variable of the environment by which descendants are known. */
  constructor(marker: string) {
    this.#marker = marker;
  }

  scan(): Promise<ProcessSnapshot> {
    this.#pending ??= this.#scanSoon();
    return this.#pending;
  }

  async #scanSoon(): Promise<ProcessSnapshot> {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    this.#pending = undefined;
    const rows = process.platform === 'linux' ? readProc() : await readPs();
    const known = this.#markers;
    this.#markers = new Map(
      [...rows.values()].flatMap((row) => {
        const key = keyOf(row);
        return known.has(key) ? [[key, known.get(key)] as const] : [];
      }),
    );
    return {
      rows,
      markerOf: (row) => this.#markerOf(row),
      directoryOf: remembered((pid) => linkOf(`/proc/${pid}/cwd`)),
      mountNamespaceOf: remembered(mountNamespaceOf),
    };
  }

  #markerOf(row: ProcessRow): string | undefined {
    const key = keyOf(row);
    if (!this.#markers.has(key)) this.#markers.set(key, readMarker(row.pid, this.#marker));
    return this.#markers.get(key);
  }
}

/** The mount namespace of a process; absent when it is gone, not ours, or the system has none. */
function mountNamespaceOf(pid: number): string | undefined {
  return linkOf(`/proc/${pid}/ns/mnt`);
}

/** What a process was started as, shortened, for messages. */
export function commandOf(pid: number): string {
  const words = readSmallFile(`/proc/${pid}/cmdline`)?.split('\0').join(' ').trim();
  if (words !== undefined && words !== '') return words.slice(0, 200);
  return readSmallFile(`/proc/${pid}/comm`)?.trim() ?? `process ${pid}`;
}

function keyOf(row: ProcessRow): string {
  return `${row.pid}/${row.start}`;
}

function readProc(): ReadonlyMap<number, ProcessRow> {
  const rows = new Map<number, ProcessRow>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = readSmallFile(`/proc/${name}/stat`);
    const row = text === undefined ? undefined : parseStat(text);
    if (row !== undefined) rows.set(row.pid, row);
  }
  return rows;
}

async function readPs(): Promise<ReadonlyMap<number, ProcessRow>> {
  const stdout = await outputOf('/bin/ps', ['-axo', 'pid=,ppid=,pgid=,tty=,stat=,lstart=']);
  const rows = stdout.split('\n').flatMap((line) => parsePsLine(line) ?? []);
  return new Map(rows.map((row) => [row.pid, row]));
}

function readMarker(pid: number, name: string): string | undefined {
  try {
    const text = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
    const at = text.indexOf(`\0${name}=`);
    if (at === -1) return undefined;
    const from = at + name.length + 2;
    const end = text.indexOf('\0', from);
    return text.slice(from, end === -1 ? undefined : end);
  } catch {
    return undefined;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function remembered(
  read: (pid: number) => string | undefined,
): (row: ProcessRow) => string | undefined {
  const known = new Map<number, string | undefined>();
  return ({ pid }) => {
    if (!known.has(pid)) known.set(pid, read(pid));
    return known.get(pid);
  };
}
