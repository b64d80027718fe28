/** One process as the system's table shows it. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** It has a controlling terminal: somebody sits there. */
  readonly terminal: boolean;
  /** When it started, in whatever form the system has: only ever compared. */
  readonly start: string;
  /** Ended, but not yet waited for: dead for every purpose. */
  readonly zombie: boolean;
}

/**
 * Parses `/proc/PID/stat`. The second field is the program's name in parentheses and may itself hold spaces and
 * parentheses, hence the last `)` counts.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function parseStat(text: string): ProcessRow | undefined {
  const close = text.lastIndexOf(')');
  const pid = Number.parseInt(text, 10);
  const [state, parent, group, session, terminal, ...rest] = text.slice(close + 2).split(' ');
  // Field 22; `rest` begins with field 8.
  const start = rest[14];
  if (close === -1 || Number.isNaN(pid) || state === undefined || start === undefined) {
    return undefined;
  }
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    terminal: terminal !== '0',
    start,
    zombie: state === 'Z' || state === 'X',
  };
}

/** Parses a line of `ps -o pid=,ppid=,pgid=,tty=,stat=,lstart=`; such a system tells no session, so the group stands for it. */
export function parsePsLine(line: string): ProcessRow | undefined {
  const [pid, parent, group, terminal, state, ...start] = line.trim().split(/\s+/);
  if (pid === undefined || state === undefined || start.length === 0) return undefined;
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    session: Number(group),
    terminal: !(terminal ?? '?').startsWith('?'),
    start: start.join(' '),
    zombie: state.startsWith('Z'),
  };
}
