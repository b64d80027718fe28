/** An engine as the suite of facts sees it: through the command line. */
export interface EngineUnderTest {
  readonly name: 'native' | 'docker' | 'kubernetes';
  /** For the command line, so that it finds the engine. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes everything forget what is not the services: as when the machine's supervisor was killed. */
  readonly loseSupervisor?: (home: string) => Promise<void>;
  /** What runs in place of what the file builds, where the engine takes images from a registry. */
  readonly image?: string;
  /** Gives a port that a project can publish. @defaultValue one that the kernel gives */
  readonly portToPublish?: () => Promise<number>;
  /** Takes away what stays of a project when all of it is down. */
  readonly cleanUp?: (project: string) => Promise<void>;
  /** It keeps copies itself, and calls them as it likes: see `ServiceLimits.keepsCopies`. @defaultValue false */
  readonly keepsCopies?: boolean;
  /** A copy that is started again begins another log: see `EngineLimits.keepsPreviousLogs`. @defaultValue false */
  readonly beginsLogsAnew?: boolean;
}
