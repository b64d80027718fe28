import type { Span } from './diagnostic.ts';
import type { ServiceName } from './project.ts';

/** Facts that an engine brings about itself; the planner reads these, never an engine's name. */
export interface EngineLimits {
  readonly services: ReadonlyMap<ServiceName, ServiceLimits>;
  /** A copy that is started again begins another log, and the one before it is kept. @defaultValue false: its log goes on */
  readonly keepsPreviousLogs?: boolean;
}

export interface ServiceLimits {
  /** May a new copy run beside the old one? */
  readonly canOverlap: boolean;
  readonly maxReplicas: number;
  /**
   * The engine itself keeps as many copies as are wanted and replaces them one by one: a start is of the whole service,
   * and the old copies are not stopped before. @defaultValue false
   */
  readonly keepsCopies?: boolean;
  /** Why not more, as one line for the plan. */
  readonly reason?: string;
  readonly at?: Span;
}
