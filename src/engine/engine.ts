import type { Cancellable, Emitting } from './cancellable.ts';
import type { Connection, ConnectRequest, ServiceAddress } from './connection.ts';
import type { ContainerTools } from './container-tools.ts';
import type { Lease } from './lease.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { EngineLimits } from '../model/engine-limits.ts';
import type { EngineName } from '../model/engine-name.ts';
import type { EventBody } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { ListeningSocket } from '../model/listening-socket.ts';
import type { LogLine } from '../model/log-line.ts';
import type { Comparison, ExitStatus, Observed } from '../model/observed.ts';
import type { ObservedVolume } from '../model/observed-volume.ts';
import type { Service, ServiceName } from '../model/project.ts';
import type { Plan, Step } from '../model/step.ts';

/**
 * A place where the services of one project run. The core plans; an engine only looks and does.
 *
 * Every method may be called again after a failure and then does only what is left.
 */
export interface Engine extends AsyncDisposable {
  readonly name: EngineName;

  /** The planner reads these facts, never `name`. */
  readonly limits: EngineLimits;

  /** Absent: nothing keeps two commands apart here. */
  readonly lease?: Lease;

  readonly containers?: Partial<ContainerTools>;

  /** Everything that cannot work here, all at once, before anything is touched. Changes nothing. */
  preflight(
    options: Cancellable & { readonly services: readonly ServiceName[] },
  ): Promise<Preflight>;

  observe(options: Cancellable): Promise<Observed>;

  /** Observes, and looks at what the files would become now, which takes longer. Changes nothing. */
  compare(options: Cancellable): Promise<Comparison>;

  /**
   * The project's volumes, also those that nothing has made yet. With `count` each says how much is in it: in bounded
   * time, and with a hint where nobody knows.
   */
  volumes(options: Cancellable & { readonly count: boolean }): Promise<readonly ObservedVolume[]>;

  /** What `execute` will be asked for, as far as all goes well. Absent: it makes no use of that. */
  foresee?(plan: Plan): void;

  /**
   * True already? Then it changes nothing and gives `{ changed: false }`. May be called again after a crash at any point.
   *
   * @throws {RunError} with findings when the world refuses.
   */
  execute(step: Step, options: Cancellable & Emitting): Promise<{ readonly changed: boolean }>;

  /** In the order of time for each replica. Ends when everything asked for was given, or never with `follow`. */
  logs(query: LogQuery, options: Cancellable): AsyncIterable<LogLine>;

  /** Runs a command beside a running replica, in its environment. */
  exec(request: ExecRequest, options: Cancellable): Promise<ExitStatus>;

  /** Runs a copy of a service once with another command; waits for its end. */
  runOnce(request: RunRequest, options: Cancellable & Emitting): Promise<ExitStatus>;

  /** Ends everything of the project at once, without grace. */
  kill(options: Cancellable): Promise<void>;

  /** Where the processes of a running service listen, by the ports that they have in their container. Absent: unknown here. */
  listening?(
    service: ServiceName,
    options: Cancellable,
  ): Promise<readonly ListeningSocket[] | undefined>;

  /** What the engine itself sees wrong with services, for a diagnosis. Absent: what it observes says it all. */
  findings?(options: Cancellable): Promise<readonly ServiceFinding[]>;

  /** Connects to a copy of a service. Absent: only what is published is reached from here. */
  connect?(request: ConnectRequest, options: Cancellable): Promise<Connection>;

  /** Where a service is reached from outside. Absent: at the published ports of its copies. */
  addresses?(service: ServiceName, options: Cancellable): Promise<readonly ServiceAddress[]>;

  /** Changes of replicas as they happen, beginning with the present state of each. */
  watch(options: Cancellable): AsyncIterable<Extract<EventBody, { readonly kind: 'replica' }>>;
}

export type { Cancellable, Emitting };

export interface ServiceFinding {
  readonly service: ServiceName;
  /** May be about something else that is in the way of the service, as a claim is. */
  readonly finding: Finding;
}

export interface Preflight {
  /** The file asks for what this engine cannot do: exit code 2. */
  readonly diagnostics: readonly Diagnostic[];
  /** The machine does not allow it now: exit code 1. */
  readonly findings: readonly Finding[];
  /** What the user should know and need not act upon. */
  readonly notes: readonly { readonly service?: string; readonly text: string }[];
}

export interface LogQuery {
  /** Empty: every service. */
  readonly services: readonly ServiceName[];
  /** Of the last runs of their release tasks, instead of what their copies wrote. @defaultValue false */
  readonly tasks?: boolean;
  readonly follow: boolean;
  /** Of the containers before those that run, where a start begins another log: see `EngineLimits`. @defaultValue false */
  readonly previous?: boolean;
  /** Last lines of each replica. Absent: all. */
  readonly tail?: number;
  /** Unix time in milliseconds. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
}

/** The input and outputs of whoever runs a command. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Present when input and output are a terminal. */
  readonly terminal?: Terminal;
}

export interface Terminal {
  size(): { readonly columns: number; readonly rows: number };
  /** Gives what ends the listening. */
  onResize(listener: () => void): () => void;
  /** Key by key and without echo, or line by line. */
  setRaw(raw: boolean): void;
}

export interface ExecRequest {
  readonly streams: Streams;
  /** Give the command a terminal. @defaultValue whether `streams` has one */
  readonly tty?: boolean;
  /** By name or number. @defaultValue that of the service */
  readonly user?: string;
  readonly privileged?: boolean;
  readonly service: ServiceName;
  /** From 1. @defaultValue the lowest that runs */
  readonly number?: number;
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** Path inside the container. */
  readonly workingDir?: string;
}

export interface RunRequest {
  readonly streams: Streams;
  /** Give the command a terminal. @defaultValue whether `streams` has one */
  readonly tty?: boolean;
  /** Absent: the service's own command. */
  readonly command?: readonly string[];
  readonly service: Service;
  readonly environment: ReadonlyMap<string, string>;
  readonly workingDir?: string;
}
