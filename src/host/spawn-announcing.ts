import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

import type { ExitStatus } from './exit-status.ts';
import { exitOf } from './run-command.ts';

export type FirstWord =
  | { readonly kind: 'said'; readonly line: string }
  | { readonly kind: 'silent'; readonly exit: ExitStatus };

export interface AnnouncingOptions {
  /** File to which its standard error is appended. */
  readonly errors: string;
  readonly signal: AbortSignal;
}

/**
 * Starts a process that outlives this one, with an empty environment, and gives the first line of its standard output,
 * or how it ended without one.
 *
 * @throws the error of `spawn`, or `signal.reason` when aborted; the process goes on then.
 */
export async function spawnAnnouncing(
  [program, ...args]: readonly [string, ...string[]],
  { errors, signal }: AnnouncingOptions,
): Promise<FirstWord> {
  signal.throwIfAborted();
  const descriptor = openSync(errors, 'a', 0o600);
  const child = spawn(program, args, {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['ignore', 'pipe', descriptor],
  });
  closeSync(descriptor);
  const output = child.stdout;
  if (output === null) throw new Error('a pipe was asked for');
  try {
    return await new Promise<FirstWord>((resolve, reject) => {
      let said = '';
      output.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
        const end = said.indexOf('\n');
        if (end !== -1) resolve({ kind: 'said', line: said.slice(0, end) });
      });
      child.once('error', reject);
      child.once('close', (code, signalName) => {
        resolve({ kind: 'silent', exit: exitOf(code, signalName) });
      });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  } finally {
    output.destroy();
    child.unref();
  }
}
