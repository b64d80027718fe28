/** What is known of one pod of a cluster: what rules need, without the rest. */
export interface PodFacts {
  readonly name: string;
  /** What it belongs to, as in `Deployment/web`. */
  readonly owner: string;
  readonly namespace: string;
  readonly phase: string;
  /** Why the whole pod is as it is, as in `Evicted`. */
  readonly reason?: string;
  readonly message?: string;
  /** Milliseconds since it was made. */
  readonly ageMs: number;
  readonly ready: boolean;
  /** What the scheduler says; absent when the pod has a node. */
  readonly unscheduled?: string;
  readonly containers: readonly ContainerFacts[];
  /** Warnings of the cluster about the pod, the newest last. */
  readonly warnings: readonly WarningFacts[];
}

export interface ContainerFacts {
  readonly name: string;
  readonly image: string;
  /** One of those that must end before the others begin. */
  readonly init: boolean;
  /** It is never started again, whatever it ends with. */
  readonly oneShot: boolean;
  readonly ready: boolean;
  readonly restarts: number;
  readonly state: ContainerState;
  /** How it ended the time before. */
  readonly last?: Termination;
  /** As in `256Mi`. */
  readonly memoryLimit?: string;
  /** What must succeed before it counts as ready, as in `GET /healthz on port 8000`. */
  readonly probe?: string;
  /** Ends that were seen, the newest last, each with what was written before it. */
  readonly crashes: readonly CrashFacts[];
}

export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly kind: 'running'; readonly forMs: number }
  | ({ readonly kind: 'terminated' } & Termination)
  | { readonly kind: 'unknown' };

export interface Termination {
  readonly exitCode: number;
  /** As in `OOMKilled`, `Error`, `Completed`, `StartError`. */
  readonly reason: string;
  readonly message: string;
}

export interface CrashFacts extends Termination {
  /** The last lines that it wrote. */
  readonly log: readonly string[];
}

export interface WarningFacts {
  /** As in `FailedMount`. */
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since it was seen first, for the count below. */
  readonly ageMs: number;
}

/** What is known of one Job. */
export interface JobFacts {
  readonly name: string;
  readonly namespace: string;
  /** Set when it has failed for good, as in `BackoffLimitExceeded`. */
  readonly failed?: { readonly reason: string; readonly message: string };
  readonly backoffLimit: number;
  readonly failures: number;
  /** Of its pods, the newest last. */
  readonly pods: readonly PodFacts[];
}

/** What is known of a claim for storage. */
export interface ClaimFacts {
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  /** What it asks for. Absent: the cluster's default. */
  readonly storageClass?: string;
  readonly size: string;
  /** Classes that the cluster has; absent where this may not be asked. */
  readonly classes?: readonly ClassFacts[];
  readonly accessModes: readonly string[];
  /** Volumes that exist and that it could have; absent where this may not be asked. */
  readonly volumes?: readonly VolumeFacts[];
  readonly ageMs: number;
  readonly warnings: readonly WarningFacts[];
}

/** What is known of a volume of the cluster. */
export interface VolumeFacts {
  readonly name: string;
  /** As in `Available`, `Bound`, `Released`. */
  readonly phase: string;
  readonly size: string;
  readonly isLargeEnough: boolean;
  readonly accessModes: readonly string[];
  /** The claim that it is for, which need not exist. */
  readonly keptFor?: { readonly namespace: string; readonly name: string };
}

export interface ClassFacts {
  readonly name: string;
  readonly isDefault: boolean;
  /** A volume is made when a pod that needs it has a node. */
  readonly waitsForPod: boolean;
}

/** What is known of something that makes pods: a Deployment, a StatefulSet. */
export interface WorkloadFacts {
  /** As in `Deployment/web`. */
  readonly title: string;
  readonly namespace: string;
  /** Why it cannot make pods, in the cluster's words. */
  readonly cannotCreate?: string;
  /** Its own limit of time has passed. */
  readonly deadlineExceeded: boolean;
}
