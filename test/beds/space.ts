import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { type Bed, folderOf } from './layout.ts';
import { until } from './until.ts';

/**
 * All processes of a bed live in a PID namespace and a mount namespace of their own. The kernel ends the former with its
 * first process, whatever runs in it by then, and the latter with its last: so nothing is left to chase, not even after
 * a `kill -9` of anything at any time.
 */
export interface Space {
  readonly bed: Bed;
  /** The first process, as the machine sees it. */
  readonly pid: number;
}

/** In the environment of every process of a bed that is no container's; by it they are known, never by a bare number. */
const MARK = 'BOWLINE_BED';

/** Each is what the namespaces begin with: `first.sh`, or a shell line that mounts something and then goes on. */
export async function startSpace(bed: Bed, mounts: readonly string[] = []): Promise<Space> {
  const unshare = [
    '--mount',
    '--propagation',
    'slave',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
  const script = [
    'set -e',
    ...mounts,
    'echo ready',
    'while :; do sleep 1000 & wait $!; done', // reaps whatever is orphaned inside
  ].join('\n');
  const child = launch(bed, 'space', ['unshare', ...unshare, 'sh', '-c', script]);
  const log = join(bed.folder, 'log/space.log');
  await until('the namespaces', () => {
    if (child.exitCode !== null) throw new Error(readFileSync(log, 'utf8').trim());
    return readFileSync(log, 'utf8').includes('ready');
  });
  const space = findSpace(bed);
  if (space === undefined) throw new Error('the namespaces ended at once');
  return space;
}

/** The space that runs now, whoever started it. */
export function findSpace(bed: Bed): Space | undefined {
  const outer = processesOf(bed).find((pid) => argumentsOf(pid)[0] === 'unshare');
  const inner = processesOf(bed).find((pid) => outer !== undefined && parentOf(pid) === outer);
  return inner === undefined ? undefined : { bed, pid: inner };
}

/** Starts a program that goes on when we end; its output is in `log/<name>.log`. */
export function startIn(space: Space, name: string, argv: readonly string[]): ChildProcess {
  return launch(space.bed, name, [...entering(space), ...argv]);
}

/** How a command line must begin to be carried out inside. */
export function entering({ pid }: Space): readonly string[] {
  return ['nsenter', `--target=${pid}`, '--mount', '--pid', '--'];
}

/** Ends every process of the bed, at once, and waits until they are gone. */
export async function endSpace(bed: Bed): Promise<void> {
  await until(`the processes of the ${bed.title} to end`, () => {
    const left = processesOf(bed);
    for (const pid of left) kill(pid);
    return left.length === 0;
  });
}

/** Processes with the mark of the bed. */
export function processesOf(bed: Bed): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isMarked(pid, bed));
}

function isMarked(pid: number, bed: Bed): boolean {
  return read(pid, 'environ').split('\0').includes(`${MARK}=${bed.folder}`);
}

function launch(bed: Bed, name: string, argv: readonly string[]): ChildProcess {
  const [program = '', ...args] = argv;
  const log = openSync(join(folderOf(bed, 'log'), `${name}.log`), 'w');
  const child = spawn(program, args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    // Programs in Go spend less on collecting garbage where they may use more memory.
    env: { ...process.env, GOGC: '300', [MARK]: bed.folder },
  });
  child.on('error', () => {});
  child.unref();
  closeSync(log);
  return child;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}

function argumentsOf(pid: number): readonly string[] {
  return read(pid, 'cmdline').split('\0');
}

function parentOf(pid: number): number {
  // The name in brackets may contain anything, brackets and spaces included.
  return Number(
    read(pid, 'stat')
      .replace(/^.*\) /s, '')
      .split(' ')[1],
  );
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
