import { spawn } from 'node:child_process';

import type { ExitStatus } from './exit-status.ts';
import { closeOf, exitOf } from './run-command.ts';

export interface AttachedOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Kills it. An interrupt typed at the terminal reaches the program by itself. */
  readonly signal: AbortSignal;
}

/**
 * Runs a program that has this process's own terminal, input and output.
 *
 * @throws the error of `spawn` when it could not be started.
 */
export async function runAttached(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, environment, signal }: AttachedOptions,
): Promise<ExitStatus> {
  const child = spawn(program, args, { cwd, env: environment, stdio: 'inherit' });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  try {
    const [code, signalName] = await closeOf(child);
    return exitOf(code, signalName);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
