import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

import type { ExitStatus } from './exit-status.ts';
import { closeOf, exitOf } from './run-command.ts';

export interface PipedOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absent: its input is empty. */
  readonly stdin?: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Kills it. */
  readonly signal: AbortSignal;
}

/**
 * Runs a program between streams of this process; they stay open when it has ended.
 *
 * @throws the error of `spawn` when it could not be started.
 */
export async function runPiped(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, environment, stdin, stdout, stderr, signal }: PipedOptions,
): Promise<ExitStatus> {
  const child = spawn(program, args, { cwd, env: environment, stdio: 'pipe' });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  // It may end before it has read everything: its exit code says whether that was right.
  child.stdin.on('error', () => {});
  if (stdin === undefined) child.stdin.end();
  else stdin.on('error', kill).pipe(child.stdin);
  child.stdout.pipe(stdout, { end: false });
  child.stderr.pipe(stderr, { end: false });
  try {
    const [code, signalName] = await closeOf(child);
    return exitOf(code, signalName);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
