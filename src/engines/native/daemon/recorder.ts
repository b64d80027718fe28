import type { ExitStatus } from '../../../model/observed.ts';

/**
 * The small shell around every unit. It waits for the program and writes down how that ended, for nobody else can learn
 * that when the daemon is not there: the exit status of a process is told to its parent only.
 *
 * Descriptor 3 takes who we are: this shell and the program, each with its start time where the system tells it.
 * Descriptor 4 takes the exit status. They are open files instead of paths, for the unit may be another user's. The
 * program inherits neither, and standard error goes back to where it was: the shell's own "Terminated" must not be in
 * the log.
 *
 * Signals are caught and not ignored: what is caught has its default disposition in the program, what is ignored stays
 * ignored. The program runs in the foreground for the same reason: behind `&`, dash has it ignore SIGINT.
 */
const script = `
exec 5>&2 2>/dev/null
trap : HUP INT QUIT TERM USR1 USR2
(
  if read -r main x x x x x x x x x x x x x x x x x x x x since x </proc/self/stat; then
    read -r x x x x x x x x x x x x x x x x x x x x x own x <"/proc/$$/stat"
  else
    main=$(exec /bin/sh -c 'echo $PPID') own=- since=-
  fi
  echo "$$ $own $main $since" >&3
  exec "$@" 2>&5 3>&- 4>&- 5>&-
)
echo $? >&4
`;

/** The argument vector that runs `argv` under the recorder. `bowline` is how the shell calls itself in messages. */
export function recorded(argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return ['/bin/sh', '-c', script, 'bowline', ...argv];
}

export interface RecordedProcess {
  readonly pid: number;
  /** Absent where the shell could not find out. */
  readonly start?: string;
}

/** What came through descriptor 3. Absent while it is incomplete. */
export function parseRunning(
  text: string,
): { readonly recorder: RecordedProcess; readonly main: RecordedProcess } | undefined {
  const [, pid, own, main, since] = /^(\d+) (\S+) (\d+) (\S+)\n/.exec(text) ?? [];
  if (own === undefined || since === undefined) return undefined;
  return { recorder: recordedProcess(pid, own), main: recordedProcess(main, since) };
}

/** What came through descriptor 4. A program that a signal ended is 128 plus its number: that is all a shell knows. */
export function parseExit(text: string): ExitStatus | undefined {
  const [, code] = /^(\d+)\n/.exec(text) ?? [];
  return code === undefined ? undefined : { kind: 'code', code: Number(code) };
}

function recordedProcess(pid: string | undefined, start: string): RecordedProcess {
  return start === '-' ? { pid: Number(pid) } : { pid: Number(pid), start };
}
