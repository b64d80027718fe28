import { runCommand } from '../../../host/run-command.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { launched, type Launcher } from './launcher.ts';

export interface SingleUserOptions {
  readonly binaries: PostgresBinaries;
  readonly launcher: Launcher;
  readonly environment: Readonly<Record<string, string>>;
  /** @defaultValue 'postgres' */
  readonly database?: string;
  readonly signal: AbortSignal;
}

export type SingleUserResult =
  | { readonly kind: 'done'; readonly stdout: string }
  | { readonly kind: 'failed'; readonly lines: readonly string[] };

/**
 * Carries out statements on a cluster that no server has open: the server's program reads them itself, needs no
 * connection, and shuts the cluster down properly. Each statement ends with a semicolon and an empty line, so none may hold
 * these.
 */
export async function singleUser(
  folder: string,
  statements: readonly string[],
  { binaries, launcher, environment, database = 'postgres', signal }: SingleUserOptions,
): Promise<SingleUserResult> {
  const quiet = ['log_checkpoints=off', 'exit_on_error=on', 'logging_collector=off'];
  const args = ['--single', '-j', '-D', folder, ...quiet.flatMap((each) => ['-c', each]), database];
  const argv = launched(launcher, `${binaries.bin}/postgres`, args);
  const { exit, stdout, stderr } = await runCommand(argv, {
    environment,
    input: statements.map((statement) => `${statement};\n\n`).join(''),
    signal,
  });
  // It ends with 0 after an error, too.
  if (exit.kind === 'code' && exit.code === 0 && !/^.*(ERROR|FATAL|PANIC): /m.test(stderr))
    return { kind: 'done', stdout };
  return { kind: 'failed', lines: stderr.trim().split('\n').slice(-10) };
}

/** A name as SQL has it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL has it, whatever the server takes a backslash for. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? ` E${quoted}` : quoted;
}
