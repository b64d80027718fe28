import { type ExecFileOptions, execFile } from 'node:child_process';

export interface CommandOptions {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** @defaultValue 60_000 */
  readonly timeoutMs?: number;
}

export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly stderr: string;

  constructor(line: string, stderr: string, cause: unknown) {
    super(`${line}: ${lastLines(stderr) || reasonOf(cause)}`, { cause });
    this.stderr = stderr;
  }
}

/** For programs in Go that end soon: what they do not collect, a fifth of their work, they need not. */
export const endsSoon: Readonly<Record<string, string>> = { GOGC: '800' };

/** Runs a program to its end and gives what it wrote to stdout. */
export function command(
  program: string,
  args: readonly string[],
  { input, environment, folder, timeoutMs = 60_000 }: CommandOptions = {},
): Promise<string> {
  const options: ExecFileOptions = {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    env: { ...process.env, ...environment },
    ...(folder !== undefined && { cwd: folder }),
  };
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(String(stdout));
      else reject(new CommandError(`${program} ${args.join(' ')}`, String(stderr), error));
    });
    // A program that does not read its input to the end is no failure of ours.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-6).join('\n');
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
