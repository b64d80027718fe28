import { promisify } from 'node:util';

/** What a program of the system writes, in its own English. For systems that tell of processes through programs only. */
export async function outputOf(program: string, args: readonly string[]): Promise<string> {
  // Where nothing asks, nothing of it is loaded.
  const { execFile } = await import('node:child_process');
  const { stdout } = await promisify(execFile)(program, args, {
    env: { LC_ALL: 'C' },
    maxBuffer: 1 << 24,
  });
  return stdout;
}
