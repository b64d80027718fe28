import { spawn } from 'node:child_process';
import { once } from 'node:events';

import type { ExitStatus } from './exit-status.ts';

export interface DetachedOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Descriptors of ours that become 1, 2, 3 … of the process. Its standard input is empty. */
  readonly descriptors: readonly number[];
  readonly runAs?: { readonly uid: number; readonly gid: number };
}

export interface DetachedProcess {
  readonly pid: number;
  readonly ended: Promise<ExitStatus>;
}

/**
 * Starts a process in a session of its own that outlives this one: it shares nothing with us but the given files.
 *
 * @throws the error of `spawn` (`ENOENT`, `E2BIG` …) when it could not be started.
 */
export async function spawnDetached(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, environment, descriptors, runAs }: DetachedOptions,
): Promise<DetachedProcess> {
  const child = spawn(program, args, {
    cwd,
    env: environment,
    detached: true,
    stdio: ['ignore', ...descriptors],
    ...runAs,
  });
  const ended = new Promise<ExitStatus>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal === null ? { kind: 'code', code: code ?? 0 } : { kind: 'signal', signal });
    });
  });
  await once(child, 'spawn');
  child.unref();
  if (child.pid === undefined) throw new Error(`${program} has started without a process number`);
  return { pid: child.pid, ended };
}
