import type { Leaves } from './leaves.ts';
import type { ServiceName } from './project.ts';

/** What an engine sees of one project. */
export interface Observed {
  readonly replicas: readonly ObservedReplica[];
  /** Engine names of the project's volumes that exist. */
  readonly volumes: readonly string[];
  /** Engine names of the project's networks that exist. Absent: this engine has no networks to make. */
  readonly networks?: readonly string[];
  /** Last runs of release tasks. Absent: the engine runs none. */
  readonly tasks?: readonly ObservedTask[];
}

/** What there is, beside what the files ask for now: by this `up` is planned. */
export interface Comparison extends Observed {
  /**
   * Services whose copies are not ours to count: they live elsewhere or in the pods of another service, or another
   * program scales them. Each with the fingerprint of what was applied last; undefined: it is applied with another one.
   */
  readonly uncounted?: ReadonlyMap<ServiceName, string | undefined>;
  /** What would run now in place of an image, for services whose files are made here. */
  readonly artifacts: ReadonlyMap<ServiceName, Artifact>;
  /** What was made for earlier versions and nothing needs any more. Absent: this engine leaves nothing behind. */
  readonly leftovers?: readonly Leftover[];
}

export interface Leftover {
  /** As in `ConfigMap/web-files-4f2a`. */
  readonly object: string;
  /** Of a service that the file no longer has. */
  readonly ofOrphan: boolean;
}

/** The files of a service that is built here. */
export interface Artifact {
  /** Changes whenever what would run changes. */
  readonly digest: string;
  /** Made already. */
  readonly ready: boolean;
}

/** One copy of a service. `name` is `<project>-<service>-<number>`, as Docker Compose names containers. */
export interface ObservedReplica {
  readonly name: string;
  readonly service: ServiceName;
  /** From 1. */
  readonly number: number;
  /** Of the service as it was when this copy was made. */
  readonly fingerprint: string;
  /** What it was made from, so that a plan can say what differs. Absent where nobody kept it. */
  readonly origin?: Leaves;
  readonly image?: string;
  /** The argument vector that was started, for `ps`. */
  readonly command: readonly string[];
  readonly createdAtMs: number;
  readonly ports: readonly ObservedPort[];
  readonly state: ReplicaState;
}

export interface ObservedPort {
  readonly hostIp: string;
  readonly published: number;
  readonly target: number;
  readonly protocol: 'tcp' | 'udp';
}

/** Milliseconds are Unix time. A field exists only in the states where it means something. */
export type ReplicaState =
  | { readonly kind: 'created' }
  | {
      readonly kind: 'running';
      readonly pid: number;
      readonly startedAtMs: number;
      readonly health: Health;
      readonly restarts: number;
    }
  | {
      readonly kind: 'restarting';
      readonly restarts: number;
      readonly exit: ExitStatus;
      readonly nextStartAtMs: number;
    }
  | {
      readonly kind: 'exited';
      readonly exit: ExitStatus;
      readonly finishedAtMs: number;
      /** Stopped by a command, not by itself: `unless-stopped` does not start it again. */
      readonly stopped: boolean;
    };

export type Health =
  | { readonly kind: 'none' }
  | { readonly kind: 'starting' | 'healthy' | 'unhealthy'; readonly lastOutput?: string };

/** What an engine knows of the last run of a service's release task. */
export interface ObservedTask {
  readonly service: ServiceName;
  /** Of the service and the task as they were. */
  readonly fingerprint: string;
  readonly state: TaskState;
}

/** Milliseconds are Unix time. An exit that is `unknown`: it was started, and nobody saw how it ended. */
export type TaskState =
  | { readonly kind: 'running'; readonly startedAtMs: number }
  | { readonly kind: 'finished'; readonly finishedAtMs: number; readonly exit: ExitStatus };

/** How a process ended. `unknown` only where nobody could see it. */
export type ExitStatus =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'unknown' };

/** What a shell would say: a signal is 128 plus its number; unknown is 255. */
export function exitCodeOf(exit: ExitStatus, signals: Readonly<Record<string, number>>): number {
  switch (exit.kind) {
    case 'code':
      return exit.code;
    case 'signal':
      return 128 + (signals[exit.signal] ?? 0);
    case 'unknown':
      return 255;
  }
}
