import type { Span } from './diagnostic.ts';

/** A command that runs once, before new code of a service serves: a migration above all. */
export interface ReleaseTask {
  /** Argument vector; it runs in the service's own surroundings, as a copy of the service would. */
  readonly command: readonly string[];
  /** Absent: the service's own, else the image's. Empty: none. */
  readonly entrypoint?: readonly string[];
  /** `task`: before the new version starts, while the old one serves. `exec`: in the new version, right after its start. */
  readonly strategy: 'task' | 'exec';
  /** Milliseconds after which it is ended and counts as failed. @defaultValue 900_000 */
  readonly timeoutMs: number;
  /** Where it was found: `command` is the service's own, `image` that of the Dockerfile. */
  readonly origin: 'x-bowline' | 'pre-start' | 'command' | 'image';
  /** What the service does with each start, where the task was split off that. */
  readonly serve?: readonly string[];
  readonly at: Span;
}

/** `x-bowline.migrate` as it is written. */
export interface MigrateSettings {
  /** Argument vector; text was split into words. */
  readonly command: readonly string[];
  /** @defaultValue 'task' */
  readonly strategy: 'task' | 'startup' | 'exec';
  /** Milliseconds. @defaultValue 900_000 */
  readonly timeoutMs: number;
  readonly at: Span;
}

/** One item of `pre_start`. */
export interface PreStartHook {
  readonly command: readonly string[];
  readonly workingDir?: string;
  readonly environment: ReadonlyMap<string, string>;
  /** Once for each copy, and so no release task. */
  readonly perReplica: boolean;
  readonly at: Span;
}
