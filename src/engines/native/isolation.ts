/** One path of this machine that a service sees at another place. */
export interface View {
  /** Absolute path on this machine; a folder or a file that exists. */
  readonly source: string;
  /** Absolute path as the service knows it. */
  readonly target: string;
  readonly readOnly: boolean;
  /** Part of an image: where the machine has the same folder, as `/usr`, both are seen. @defaultValue false */
  readonly merge?: boolean;
}

/** What one process needs to see. */
export interface Surroundings {
  /** A folder lies below what is mounted inside it; of two at the same place, the later one is seen. */
  readonly views: readonly View[];
  /** Name to address: goes into a hosts file of its own, or is written into values. */
  readonly hosts: ReadonlyMap<string, string>;
  /** What `hostname` says in a namespace; elsewhere the machine's own name stays. @defaultValue the machine's own */
  readonly hostname?: string;
}

/** A process as the Compose file describes it: paths and names are those inside the container. */
export interface InnerProcess {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly environment: ReadonlyMap<string, string>;
}

/** The same process as this machine starts it. */
export interface OuterProcess {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Each value that had to be written differently, to be shown: `POSTGRES_HOST=db → 127.80.1.2`. */
  readonly rewritten: readonly string[];
}

export type IsolationLevel = 'mount' | 'none';
