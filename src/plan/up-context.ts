import type { EngineLimits } from '../model/engine-limits.ts';
import type { leavesOf } from '../model/leaves.ts';
import type { Comparison } from '../model/observed.ts';
import type { Project, ServiceName } from '../model/project.ts';
import type { StepId } from '../model/step.ts';
import type { PlanBuilder } from './plan-builder.ts';

export interface UpOptions {
  /** What to bring up. Empty: every service. */
  readonly services: readonly ServiceName[];
  /** False: only the services named, not what they depend on. @defaultValue true */
  readonly dependencies?: boolean;
  /** `changed`: replace what differs. `always`: replace everything named. `never`: replace nothing. */
  readonly recreate: 'changed' | 'always' | 'never';
  /** Make files anew even if nothing changed. */
  readonly build: boolean;
  /** Wait at the end until everything is ready. */
  readonly wait: boolean;
  /** Stop and remove what runs under a name that the file no longer has. */
  readonly removeOrphans: boolean;
}

/** What planning one service sees of the others. */
export interface UpContext {
  readonly project: Project;
  readonly observed: Comparison;
  readonly limits: EngineLimits;
  readonly options: UpOptions;
  readonly builder: PlanBuilder;
  /** For each service: the steps after which its condition can be waited for. */
  readonly started: Map<ServiceName, readonly StepId[]>;
  readonly replaced: Set<ServiceName>;
  /** Release tasks so far: they run one after the other, for two may work on one database. */
  readonly tasks: StepId[];
  readonly leavesOf: ReturnType<typeof leavesOf>;
}
