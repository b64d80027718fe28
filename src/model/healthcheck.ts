/**
 * How an engine decides that a service is healthy.
 *
 * Durations are whole milliseconds; the loader has already turned `1m30s` into `90_000`.
 *
 * @see https://github.com/compose-spec/compose-spec/blob/main/05-services.md#healthcheck
 */
export interface Healthcheck {
  /** As written after interpolation: `['CMD', …]` or `['CMD-SHELL', 'one command line']`; text became CMD-SHELL. */
  readonly test: readonly [kind: 'CMD' | 'CMD-SHELL', ...command: string[]];

  /** Milliseconds from the end of one probe to the start of the next. @defaultValue 30_000 */
  readonly intervalMs: number;

  /** Milliseconds after which a probe counts as failed and is killed. @defaultValue 30_000 */
  readonly timeoutMs: number;

  /** Failures in a row, at least 1, that turn `starting` or `healthy` into `unhealthy`. @defaultValue 3 */
  readonly retries: number;

  /** Milliseconds after the start in which failures do not count; the first success ends it. @defaultValue 0 */
  readonly startPeriodMs: number;

  /** Milliseconds between probes during the start period. @defaultValue 5_000 */
  readonly startIntervalMs: number;
}
