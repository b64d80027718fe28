/** What the program's exit code says. `exec` and `run` give the child's instead. */
export const ExitCode = {
  done: 0,
  /** Failed at run time. */
  failed: 1,
  /** The file or the arguments are wrong. */
  wrong: 2,
  /** Changes are pending: `plan --exit-code`, and `check --fix` that was not agreed to. */
  pending: 3,
  /** The lease is held by another. */
  held: 4,
  /** The target cannot be reached, or does not allow it. */
  unreachable: 5,
  /** A release task failed. */
  taskFailed: 6,
  /** Timed out, outcome unknown. */
  timedOut: 70,
  interrupted: 130,
} as const;
