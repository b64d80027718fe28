import type { Emitting } from '../../../engine/engine.ts';
import type { InnerProcess, OuterProcess } from '../isolation.ts';

export interface InitialiseOptions extends Emitting {
  /** Folder of bowline's cache. */
  readonly cache: string;
  /** Of the program: where helper programs are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Makes a process of the service one of this machine, in its surroundings. */
  readonly launch: (process: InnerProcess) => OuterProcess | Promise<OuterProcess>;
  readonly signal: AbortSignal;
}
