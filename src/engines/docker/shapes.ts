/** What of the Engine API's answers is read, under its own names. @see https://docs.docker.com/reference/api/engine/ */

export interface ContainerRow {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Ports?: readonly { readonly PublicPort?: number }[] | null;
}

export interface Container {
  readonly Id: string;
  /** With a leading slash. */
  readonly Name: string;
  readonly Created: string;
  readonly Path: string;
  readonly Args: readonly string[] | null;
  /** Digest of the image that it was made of. */
  readonly Image: string;
  readonly RestartCount: number;
  readonly State: ContainerState;
  readonly Config: {
    readonly Image: string;
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly Tty: boolean;
    readonly Healthcheck?: EngineHealthcheck | null;
    /** As `NAME=value`, those of the image included. */
    readonly Env?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
  };
  readonly HostConfig: {
    readonly NetworkMode?: string;
    readonly RestartPolicy?: { readonly Name: string; readonly MaximumRetryCount: number } | null;
    readonly AutoRemove?: boolean;
  };
  readonly Mounts: readonly ContainerMount[] | null;
  readonly NetworkSettings: {
    readonly Ports?: Readonly<Record<string, readonly PortBinding[] | null>> | null;
    readonly Networks?: Readonly<Record<string, { readonly IPAddress?: string } | null>> | null;
  };
}

export interface ContainerState {
  /** As in `running`, `exited`, `created`, `restarting`, `paused`, `removing`, `dead`. */
  readonly Status: string;
  readonly Pid: number;
  readonly ExitCode: number;
  readonly Error: string;
  readonly OOMKilled: boolean;
  /** RFC 3339; year 1 for never. */
  readonly StartedAt: string;
  readonly FinishedAt: string;
  readonly Health?: {
    readonly Status: string;
    readonly Log?: readonly { readonly ExitCode: number; readonly Output: string }[] | null;
  } | null;
}

/** Times are nanoseconds; 0 is the engine's own default. */
export interface EngineHealthcheck {
  readonly Test?: readonly string[] | null;
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly Retries?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
}

export interface ContainerMount {
  readonly Type: string;
  readonly Name?: string;
  readonly Source: string;
  readonly Destination: string;
}

interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

export interface Image {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Size: number;
  readonly Created?: string;
  readonly Config?: {
    readonly Volumes?: Readonly<Record<string, object>> | null;
    readonly Cmd?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
  } | null;
}

export interface Network {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

export interface Volume {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Options?: Readonly<Record<string, string>> | null;
  /** Only where it was asked for; -1 where the driver does not say. */
  readonly UsageData?: { readonly Size: number } | null;
  readonly Labels: Readonly<Record<string, string>> | null;
}

export interface EngineEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly timeNano?: number;
  readonly time: number;
}
