import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';

import type { ExitStatus } from './exit-status.ts';

export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment: nothing of this process's own is added. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Written to the command's standard input, which is then closed. @defaultValue nothing */
  readonly input?: string | Uint8Array | Readable;
  /** Called with each line of standard output and standard error as it comes, without its end. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Bytes of each stream that are kept, from the end. @defaultValue 1 MiB */
  readonly keepBytes?: number;
}

export interface CommandResult {
  readonly exit: ExitStatus;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a helper program to its end in a session of its own. When aborted, the whole group is killed.
 *
 * @throws the error of `spawn` (`ENOENT` and the like) when it could not be started.
 * @throws `signal.reason` when aborted.
 */
export async function runCommand(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, environment, signal, input, onLine, keepBytes = 1 << 20 }: CommandOptions,
): Promise<CommandResult> {
  signal.throwIfAborted();
  const child = spawn(program, args, { cwd, env: environment, detached: true, stdio: 'pipe' });
  const kill = (): void => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  signal.addEventListener('abort', kill, { once: true });
  const stdout = collect(child.stdout, keepBytes, (line) => onLine?.(line, 'stdout'));
  const stderr = collect(child.stderr, keepBytes, (line) => onLine?.(line, 'stderr'));
  // The reader may end before it has read everything: that is its right, not our failure.
  child.stdin.on('error', () => {});
  if (input instanceof Readable) feed(input, child.stdin, kill);
  else child.stdin.end(input);
  try {
    const [code, signalName] = await closeOf(child);
    signal.throwIfAborted();
    return { exit: exitOf(code, signalName), stdout: stdout(), stderr: stderr() };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

/** Half an input is worse than none: what reads it must not take it for the whole. */
function feed(input: Readable, stdin: Writable, kill: () => void): void {
  input.on('error', kill);
  input.pipe(stdin);
}

/** Waits until a program has ended and its output is read: exit code or signal, as Node gives them. */
export async function closeOf(
  child: ChildProcess,
): Promise<readonly [code: number | null, signal: string | null]> {
  const [code, signal]: readonly unknown[] = await once(child, 'close');
  return [typeof code === 'number' ? code : null, typeof signal === 'string' ? signal : null];
}

/** What Node says of an end, as one value. */
export function exitOf(code: number | null, signal: string | null): ExitStatus {
  if (signal !== null) return { kind: 'signal', signal };
  return code === null ? { kind: 'unknown' } : { kind: 'code', code };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already: that is what was wanted.
  }
}

function collect(
  stream: NodeJS.ReadableStream,
  keepBytes: number,
  onLine: (line: string) => void,
): () => string {
  let kept = '';
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    kept = (kept + chunk).slice(-keepBytes);
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
  return () => kept;
}
