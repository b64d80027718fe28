import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Where everything of one unit lies. */
export interface UnitFiles {
  readonly folder: string;
  readonly spec: string;
  readonly state: string;
  readonly log: string;
  readonly index: string;
  /** A folder of its own, so that it can be watched without a notice for each line of the log. */
  readonly run: string;
  readonly running: string;
  readonly exit: string;
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** True for what may be the name of a folder and a part of a path in the interface. */
export function isUnitName(name: string): boolean {
  return nameForm.test(name);
}

export function unitFilesOf(units: string, name: string): UnitFiles {
  const folder = join(units, name);
  return {
    folder,
    spec: join(folder, 'spec.json'),
    state: join(folder, 'state.json'),
    log: join(folder, 'log'),
    index: join(folder, 'log.index'),
    run: join(folder, 'run'),
    running: join(folder, 'run/pid'),
    exit: join(folder, 'run/exit'),
  };
}

/** Descriptors for one start of a unit. */
export interface RunDescriptors extends Disposable {
  readonly log: number;
  readonly running: number;
  readonly exit: number;
}

/**
 * Opens the files of one start. Those of the last one are removed and not emptied: what is left of that may still hold
 * them. Only the log goes on, from the beginning of a line.
 */
export function openRun(files: UnitFiles, { fresh }: { readonly fresh: boolean }): RunDescriptors {
  rmSync(files.run, { recursive: true, force: true });
  mkdirSync(files.run, { recursive: true, mode: 0o700 });
  const opened: number[] = [];
  const opening = (path: string, flags: string): number => {
    const descriptor = openSync(path, flags, 0o600);
    opened.push(descriptor);
    return descriptor;
  };
  const close = (): void => {
    for (const descriptor of opened.splice(0)) closeSync(descriptor);
  };
  try {
    const log = opening(files.log, 'a+');
    if (fresh) ftruncateSync(log);
    endLine(log);
    const running = opening(files.running, 'ax');
    return { log, running, exit: opening(files.exit, 'ax'), [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The content, or nothing when there is no such file. */
export function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function endLine(log: number): void {
  const { size } = fstatSync(log);
  const last = Buffer.alloc(1);
  if (size === 0 || readSync(log, last, 0, 1, size - 1) !== 1 || last[0] === 10) return;
  writeSync(log, '\n');
}
