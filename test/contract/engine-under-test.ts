/** An engine as the suite of facts sees it: through the command line, and where it is known to be different. */
export interface EngineUnderTest {
  readonly name: 'native' | 'docker' | 'kubernetes';
  /** For the command line, so that it finds the engine. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes everything forget what is not the services: as when the machine's supervisor was killed. */
  readonly loseSupervisor?: (home: string) => Promise<void>;
  /** Facts that it does not keep, each with the reason. At most three. */
  readonly exceptions: Readonly<Record<string, string>>;
}

/** More would be another contract. */
export const MOST_EXCEPTIONS = 3;
