import type { Branded } from './brand.ts';
import type { Span } from './diagnostic.ts';
import type { EngineName } from './engine-name.ts';
import type { Healthcheck } from './healthcheck.ts';
import type { MigrateSettings, PreStartHook, ReleaseTask } from './release-task.ts';

export type ServiceName = Branded<string, 'ServiceName'>;

/** The only way to make a `ServiceName`. @see https://github.com/compose-spec/compose-spec/blob/main/05-services.md */
export function parseServiceName(text: string): ServiceName | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked on this line
  return /^[a-zA-Z0-9._-]+$/.test(text) ? (text as ServiceName) : undefined;
}

/** Plain JSON data. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** RFC 6901 pointer into the canonical tree, as in `/services/web/ports/0/published`. */
export type Pointer = string;

/** Where each part of the canonical tree was written, by its pointer; nothing for what nobody wrote. */
export interface Origins {
  get(pointer: Pointer): Span | undefined;
}

/** A Compose project after loading: interpolated, merged, validated, in long forms, only active services. */
export interface Project {
  readonly name: string;
  /** Absolute path that relative paths of the files are relative to. */
  readonly workingDir: string;
  /** Absolute paths of the Compose files, in the order in which they were merged. */
  readonly files: readonly string[];
  /** Active services, in file order. */
  readonly services: readonly Service[];
  /** Names of services that no active profile switches on. */
  readonly inactive: readonly string[];
  readonly networks: readonly Network[];
  readonly volumes: readonly Volume[];
  readonly secrets: readonly ContentSource[];
  readonly configs: readonly ContentSource[];
  /** What `config` prints, hashes and diffs are taken of. Paths absolute, durations as text, as `docker compose config` has it. */
  readonly canonical: Json;
  /** Where each leaf of `canonical`, and each map and list above it, was written. */
  readonly origins: Origins;
  /** `x-bowline` of the top level, checked. */
  readonly settings: ProjectSettings;
}

export interface ProjectSettings {
  readonly engine?: EngineName;
  readonly environments: ReadonlyMap<string, EnvironmentSettings>;
}

/** A named target, as in `production`. */
export interface EnvironmentSettings {
  /** Absent: that of the file. */
  readonly engine?: EngineName;
  /** Of the kubeconfig, or of Docker. */
  readonly context?: string;
  readonly namespace?: string;
  /** Absolute paths of Compose files that are laid over the others. */
  readonly files: readonly string[];
  /** Where built images are pushed to. */
  readonly registry?: string;
  /** How they get into the cluster without one. */
  readonly load?: string;
}

export interface Service {
  readonly name: ServiceName;
  readonly image?: string;
  readonly imageAt?: Span;
  readonly build?: Build;
  /** Absent: the image's own. Empty: none at all. Text was split into words as a shell would, without running one. */
  readonly command?: readonly string[];
  /** Absent: the image's own. When present, the image's command is dropped. */
  readonly entrypoint?: readonly string[];
  /** Path inside the container. */
  readonly workingDir?: string;
  readonly user?: string;
  readonly hostname?: string;
  readonly tty: boolean;
  readonly stdinOpen: boolean;
  readonly init: boolean;
  /** Everything that reaches the container: env_file, then `environment`. A variable without any value is left out. */
  readonly environment: ReadonlyMap<string, EnvironmentValue>;
  readonly ports: readonly Port[];
  /** Ports named by `expose`, without protocol. */
  readonly expose: readonly number[];
  /** Keys under the project's `networks`; none with a network mode. */
  readonly networks: readonly string[];
  readonly mounts: readonly Mount[];
  readonly secrets: readonly Grant[];
  readonly configs: readonly Grant[];
  readonly dependsOn: readonly Dependency[];
  readonly healthcheck?: Healthcheck;
  /** `disable: true` or `test: NONE`: the image's own healthcheck is off too. */
  readonly healthcheckDisabled: boolean;
  readonly restart: RestartPolicy;
  /** As in `SIGTERM`; absent: the image's own, else SIGTERM. */
  readonly stopSignal?: string;
  /** Milliseconds from the stop signal to SIGKILL. @defaultValue 10_000 */
  readonly stopGracePeriodMs: number;
  /** How many copies. @defaultValue 1 */
  readonly replicas: number;
  /** Nobody has said how many: another program may scale it. @defaultValue false */
  readonly isScalable?: boolean;
  readonly containerName?: string;
  /** Further names under which other services reach this one. */
  readonly aliases: readonly string[];
  /** Name to address, `host-gateway` included. */
  readonly extraHosts: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  /** `attach: false`: its log is not shown by an attached `up`. */
  readonly attach: boolean;
  readonly native?: NativeSettings;
  /** `x-bowline.migrate` as it is written. */
  readonly migrate?: MigrateSettings;
  /** `pre_start` as it is written. */
  readonly preStart?: readonly PreStartHook[];
  /** What was recognised as such; `command` and `entrypoint` then hold only what runs with each start. */
  readonly releaseTask?: ReleaseTask;
  /** SHA-256 of everything that would make a running copy out of date. */
  readonly fingerprint: string;
  /** Where the service's name is written. */
  readonly at: Span;
}

export interface EnvironmentValue {
  readonly value: string;
  /** Where the value was written: in a Compose file or an env_file; absent when it came from the shell. */
  readonly at?: Span;
  /** It comes from a file of variables, of which nobody said whether they are secret. @defaultValue false */
  readonly isUnclassified?: boolean;
}

export interface Build {
  /** Absolute path, or a remote address. */
  readonly context: string;
  /** Relative to the context, or absolute. @defaultValue 'Dockerfile' */
  readonly dockerfile: string;
  readonly dockerfileInline?: string;
  readonly args: ReadonlyMap<string, string>;
  readonly target?: string;
  readonly at: Span;
}

export interface Port {
  /** Port that the process listens on. */
  readonly target: number;
  /** Port on this machine. Absent: any free one. A range such as `8000-8010`: the first free of it. */
  readonly published?: string;
  readonly protocol: 'tcp' | 'udp';
  /** Absent: every address, as Docker does. */
  readonly hostIp?: string;
  readonly at: Span;
}

export type Mount =
  | {
      readonly kind: 'bind';
      /** Absolute path on this machine. */
      readonly source: string;
      /** Path inside the container. */
      readonly target: string;
      readonly readOnly: boolean;
      readonly createHostPath: boolean;
      readonly at: Span;
    }
  | {
      readonly kind: 'volume';
      /** Key under `volumes`; absent: an anonymous volume. */
      readonly source?: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly at: Span;
    }
  | { readonly kind: 'tmpfs'; readonly target: string; readonly at: Span }
  | {
      readonly kind: 'other';
      readonly type: string;
      readonly target: string;
      readonly at: Span;
    };

/** A secret or config that a service may read. */
export interface Grant {
  /** Key under `secrets` or `configs`. */
  readonly source: string;
  /** Absolute path inside the container, as in `/run/secrets/password`. */
  readonly target: string;
  /** Octal permission bits as a number. @defaultValue 0o444 */
  readonly mode: number;
  readonly at: Span;
}

export interface Dependency {
  readonly service: ServiceName;
  readonly condition: DependencyCondition;
  /** False: missing or failed is a warning. @defaultValue true */
  readonly required: boolean;
  /** Restart this service when the other was replaced. @defaultValue false */
  readonly restart: boolean;
  readonly at: Span;
}

/** @see https://github.com/compose-spec/compose-spec/blob/main/05-services.md#depends_on */
export type DependencyCondition =
  | 'service_started'
  | 'service_healthy'
  | 'service_completed_successfully';

export type RestartPolicy =
  | { readonly kind: 'no' | 'always' | 'unless-stopped' }
  /** Without `maxRetries`: for ever. */
  | { readonly kind: 'on-failure'; readonly maxRetries?: number };

export interface Network {
  /** Key under `networks`. */
  readonly key: string;
  /** Name on the engine: `<project>_<key>` unless the file names another. */
  readonly name: string;
  readonly external: boolean;
  readonly at: Span;
}

export interface Volume {
  /** Key under `volumes`. */
  readonly key: string;
  /** Name on the engine: `<project>_<key>` unless the file names another. */
  readonly name: string;
  readonly external: boolean;
  readonly at: Span;
}

/** Engine name of a volume that has no key. No key has a tilde in it. */
export function anonymousVolumeOf(project: string, service: string, target: string): string {
  return `${project}~${service}~${encodeURIComponent(target)}`;
}

/** Is this the engine name of an anonymous volume of the project? */
export function isAnonymousVolumeOf(project: string, name: string): boolean {
  return name.startsWith(`${project}~`);
}

/** A secret or config and where its content comes from. */
export type ContentSource = {
  /** Key under `secrets` or `configs`. */
  readonly key: string;
  readonly name: string;
  /** Changes whenever the content does. Absent: nobody has looked. */
  readonly digest?: string;
  readonly at: Span;
} & (
  | { readonly kind: 'file'; readonly path: string }
  /** `value` is absent when the variable is not set. */
  | { readonly kind: 'environment'; readonly variable: string; readonly value?: string }
  | { readonly kind: 'content'; readonly value: string }
  | { readonly kind: 'external' }
);

/** `x-bowline.native` of a service: only where the native engine cannot derive it. */
export interface NativeSettings {
  /** Argument vector; text was split into words. */
  readonly command?: readonly string[];
  /** Shell line, run once and again when it, the lock files or the sources change. */
  readonly setup?: string;
  /** Absolute path on this machine. */
  readonly cwd?: string;
  readonly at: Span;
}
