import type { Leaves } from '../../model/leaves.ts';
import type { Health, ReplicaState } from '../../model/observed.ts';
import type { RestartPolicy } from '../../model/project.ts';

/**
 * Everything the daemon needs to run one process and its descendants. Plain data, stored with mode 0600:
 * the environment may hold secrets. Paths are paths of this machine, names are resolved: whoever makes a
 * specification has done the translating.
 */
export interface UnitSpec {
  /** Version of this shape. */
  readonly format: 1;
  /** `<service>-<number>`, or `gate`. Letters, digits, `.`, `_` and `-` only. */
  readonly name: string;
  /** Absent for what is bowline's own. */
  readonly service?: string;
  /** The service whose release task it is; `service` is absent then. */
  readonly taskOf?: string;
  /** From 1. */
  readonly number: number;
  /** Of the service; the same fingerprint is the same unit. */
  readonly fingerprint: string;
  /** What the service was made from; without secrets. */
  readonly origin?: Leaves;
  readonly image?: string;
  /** What the user sees as the command: without wrappers. */
  readonly command: readonly string[];
  /** What is started: the program as an absolute path, wrappers included. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly restart: RestartPolicy;
  readonly healthcheck?: ProbeSchedule & { readonly probe: Probe };
  readonly stopSignal: NodeJS.Signals;
  readonly stopGraceMs: number;
  /** Processes whose working directory this is belong to the unit, whatever else they did. */
  readonly ownsDirectory?: string;
  /** Ordinary user to run as, when the daemon is root and the program refuses root. */
  readonly runAs?: { readonly uid: number; readonly gid: number };
  readonly ports: readonly UnitPort[];
}

/** A port as the user knows it. */
export interface UnitPort {
  readonly hostIp: string;
  readonly published: number;
  readonly target: number;
  readonly protocol: 'tcp' | 'udp';
}

/** Docker's semantics, but the first probe is immediate and the pauses are short until the first success. */
export interface ProbeSchedule {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
  readonly startIntervalMs: number;
}

export type Probe =
  /** Exit code 0 is healthy. `argv` is complete: wrappers included. */
  | {
      readonly kind: 'command';
      readonly argv: readonly [string, ...string[]];
      readonly cwd: string;
      readonly environment: Readonly<Record<string, string>>;
    }
  /** What `pg_isready` does, in this process. `host` is an address, or the directory of a socket. */
  | { readonly kind: 'postgres'; readonly host: string; readonly port: number }
  /** Healthy below 400, as `curl -f` says. */
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** What the daemon knows of one unit. */
export interface UnitRecord {
  readonly name: string;
  readonly service?: string;
  readonly taskOf?: string;
  readonly number: number;
  readonly fingerprint: string;
  readonly origin?: Leaves;
  readonly image?: string;
  readonly command: readonly string[];
  readonly createdAtMs: number;
  readonly ports: readonly UnitPort[];
  readonly state: ReplicaState;
}

export type { Health };
