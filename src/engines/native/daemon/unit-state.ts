import type { ProcessIdentity } from '../../../host/process-identity.ts';
import type { ExitStatus } from '../../../model/observed.ts';
import type { RestartPolicy } from '../../../model/project.ts';

/**
 * Where one unit is. Milliseconds are Unix time.
 *
 * ```
 *             start            spawned            ended            swept
 *  created ──────────▶ starting ──────▶ running ───────▶ sweeping ───────▶ exited
 *     exited, backing-off ─┘ ▲  │          │ stop           ▲    │ policy     ▲
 *                            │  │          └─────▶ stopping ┘    ▼            │ stop
 *                        due │  │ spawn-failed                backing-off ────┤
 *                            └──┼───────────────────────────────┘             │
 *                               └─────────────────────────────────────────────┘
 * ```
 */
export type UnitState =
  | { readonly kind: 'created' }
  | ({ readonly kind: 'starting'; readonly exit?: ExitStatus } & Tries)
  | ({ readonly kind: 'running' } & Live)
  /** A command wants it to end. */
  | ({ readonly kind: 'stopping' } & Live)
  /** The main process has ended, what it left behind is being ended. */
  | ({ readonly kind: 'sweeping'; readonly exit: ExitStatus; readonly stopped: boolean } & Live)
  | ({
      readonly kind: 'backing-off';
      readonly exit: ExitStatus;
      readonly nextStartAtMs: number;
    } & Tries)
  | {
      readonly kind: 'exited';
      readonly exit: ExitStatus;
      readonly finishedAtMs: number;
      /** By a command. */
      readonly stopped: boolean;
      readonly restarts: number;
    };

interface Tries {
  /** Since a command started it. */
  readonly restarts: number;
  /** Ends in a row, each after less than ten seconds. */
  readonly failures: number;
}

/** What is known of a tree of processes. */
interface Live extends Tries {
  /** The small shell that waits for the main process and writes down how it ended. */
  readonly recorder: ProcessIdentity;
  /** Absent when it was gone before it could be seen. */
  readonly main?: ProcessIdentity;
  readonly startedAtMs: number;
}

export type UnitEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'due' }
  | {
      readonly kind: 'spawned';
      readonly recorder: ProcessIdentity;
      readonly main?: ProcessIdentity;
      readonly atMs: number;
    }
  | { readonly kind: 'spawn-failed'; readonly exit: ExitStatus; readonly atMs: number }
  | { readonly kind: 'stop'; readonly atMs: number }
  | { readonly kind: 'ended'; readonly exit: ExitStatus }
  /** `jitter` from -1 to 1. */
  | { readonly kind: 'swept'; readonly atMs: number; readonly jitter: number };

/** The numbers of Docker's restart manager, with a little jitter so that a crowd does not start in step. */
const backOff = { firstMs: 100, maxMs: 60_000, resetAfterMs: 10_000, jitter: 0.1 } as const;

/** The whole supervisor, without a process in sight: the shell around it spawns, signals and sleeps. */
export function next(state: UnitState, event: UnitEvent, policy: RestartPolicy): UnitState {
  switch (event.kind) {
    case 'start':
      return isActive(state) && state.kind !== 'backing-off'
        ? state
        : { kind: 'starting', restarts: 0, failures: 0 };
    case 'due': {
      if (state.kind !== 'backing-off') return state;
      const { exit, restarts, failures } = state;
      return { kind: 'starting', exit, restarts: restarts + 1, failures };
    }
    case 'spawned': {
      if (state.kind !== 'starting') return state;
      const { recorder, main, atMs } = event;
      const { restarts, failures } = state;
      const live = { recorder, startedAtMs: atMs, restarts, failures };
      return { kind: 'running', ...live, ...(main === undefined ? {} : { main }) };
    }
    case 'spawn-failed':
      return state.kind === 'starting' ? exited(state, { ...event, stopped: false }) : state;
    case 'stop':
      if (state.kind === 'running') return { ...state, kind: 'stopping' };
      if (state.kind === 'sweeping') return { ...state, stopped: true };
      return state.kind === 'backing-off'
        ? exited(state, { exit: state.exit, atMs: event.atMs, stopped: true })
        : state;
    case 'ended':
      if (state.kind !== 'running' && state.kind !== 'stopping') return state;
      return { ...state, exit: event.exit, stopped: state.kind === 'stopping', kind: 'sweeping' };
    case 'swept':
      return state.kind === 'sweeping' ? afterEnd(state, event, policy) : state;
  }
}

/** True while the daemon has something to do for the unit. */
export function isActive({ kind }: UnitState): boolean {
  return kind !== 'created' && kind !== 'exited';
}

/** True while there are, or may be, processes of the unit. */
export function hasProcesses(state: UnitState): boolean {
  return isActive(state) && state.kind !== 'backing-off';
}

function afterEnd(
  state: Extract<UnitState, { kind: 'sweeping' }>,
  { atMs, jitter }: Extract<UnitEvent, { kind: 'swept' }>,
  policy: RestartPolicy,
): UnitState {
  const { exit, restarts, startedAtMs, stopped } = state;
  const before = atMs - startedAtMs >= backOff.resetAfterMs ? 0 : state.failures;
  if (stopped || !restartsAfter(policy, exit, before))
    return exited(state, { exit, atMs, stopped });
  const pauseMs = Math.min(backOff.firstMs * 2 ** before, backOff.maxMs);
  const nextStartAtMs = Math.round(atMs + pauseMs * (1 + jitter * backOff.jitter));
  return { kind: 'backing-off', exit, restarts, failures: before + 1, nextStartAtMs };
}

function restartsAfter(policy: RestartPolicy, exit: ExitStatus, failures: number): boolean {
  switch (policy.kind) {
    case 'no':
      return false;
    case 'always':
    case 'unless-stopped':
      return true;
    case 'on-failure': {
      const succeeded = exit.kind === 'code' && exit.code === 0;
      return !succeeded && failures < (policy.maxRetries ?? Infinity);
    }
  }
}

function exited(
  { restarts }: Tries,
  {
    exit,
    atMs,
    stopped,
  }: { readonly exit: ExitStatus; readonly atMs: number; readonly stopped: boolean },
): UnitState {
  return { kind: 'exited', exit, finishedAtMs: atMs, stopped, restarts };
}
