import type { Route } from '../../gate/route.ts';
import type { Emitting, Preflight } from '../../engine/engine.ts';
import type { Finding } from '../../model/finding.ts';
import type { Artifact } from '../../model/observed.ts';
import type { OuterProcess } from './isolation.ts';
import type { UnitSpec } from './unit.ts';

/** What the native engine runs in place of one service's image. */
export interface Provider {
  /** Everything that stands in its way here. Changes nothing. */
  check(signal: AbortSignal): Promise<Preflight>;
  /** What would run now; absent when nothing is made here for the service. */
  artifact(signal: AbortSignal): Promise<Artifact | undefined>;
  /** Makes everything ready to start. Gives false when it was. */
  prepare(options: PrepareOptions): Promise<boolean>;
  /** The unit of one copy, ready to be started. */
  unit(options: UnitOptions): Promise<ProvidedUnit>;
  /** What turns out to be wrong only when it runs. */
  verify?(signal: AbortSignal): Promise<readonly Finding[]>;
  /** Another command in the service's surroundings: beside it, or in its place. */
  inside(request: InsideRequest): Promise<OuterProcess>;
}

export interface PrepareOptions extends Emitting {
  readonly signal: AbortSignal;
  /** Make files anew even if nothing changed. */
  readonly force: boolean;
}

export interface UnitOptions extends Emitting {
  readonly signal: AbortSignal;
  /** From 1. */
  readonly number: number;
  readonly fingerprint: string;
}

export interface ProvidedUnit {
  readonly spec: UnitSpec;
  readonly routes: readonly Route[];
  /** What was written differently or chosen, to be shown. */
  readonly notes: readonly string[];
}

export interface InsideRequest extends Emitting {
  readonly signal: AbortSignal;
  /** Absent: the service's own command. */
  readonly command?: readonly string[];
  /** In place of the image's; only for a copy of its own. */
  readonly entrypoint?: readonly string[];
  /** Beside a running copy there is no entrypoint. */
  readonly beside: boolean;
  readonly number: number;
  readonly environment: ReadonlyMap<string, string>;
  readonly workingDir?: string;
}

/** Nothing stands in the way. */
export const allClear: Preflight = { diagnostics: [], findings: [], notes: [] };
