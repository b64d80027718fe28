import type { Change } from './change.ts';
import type { DependencyCondition, ServiceName } from './project.ts';

/**
 * What a wait is for. `ready` is what `up` waits for at last: healthy where there is a healthcheck, else the published
 * port accepts a connection, else it runs.
 */
export type AwaitCondition = DependencyCondition | 'ready';

/** One change, or one wait. Plain data: a plan can be printed, compared, tested and stored. */
export type Step =
  | { readonly kind: 'create-network'; readonly network: string }
  | { readonly kind: 'create-volume'; readonly volume: string }
  /** Make the service's files ready to run: build, set-up, initialisation. */
  | { readonly kind: 'prepare'; readonly service: ServiceName; readonly force: boolean }
  | {
      readonly kind: 'start';
      readonly service: ServiceName;
      /** From 1. */
      readonly number: number;
      /** Recorded with the copy: what it is compared with at the next look. */
      readonly fingerprint: string;
      /** Make it anew although it is as wanted. @defaultValue false */
      readonly renew?: boolean;
      /** As the engine still knows it, whatever the file says by now. @defaultValue false */
      readonly asItWas?: boolean;
    }
  /** Run the service's release task to its end, unless this very one has succeeded. */
  | {
      readonly kind: 'release-task';
      readonly service: ServiceName;
      /** Recorded with the run: what it is compared with at the next look. */
      readonly fingerprint: string;
    }
  /** End a release task that runs; `forget`: and its record and log with it. */
  | { readonly kind: 'end-task'; readonly service: ServiceName; readonly forget: boolean }
  | {
      readonly kind: 'await';
      readonly service: ServiceName;
      readonly condition: AwaitCondition;
      /** False: a failure is a warning and what depends on it goes on. */
      readonly required: boolean;
    }
  | { readonly kind: 'stop'; readonly service: ServiceName; readonly number: number }
  | {
      readonly kind: 'remove';
      readonly service: ServiceName;
      readonly number: number;
      /** Its anonymous volumes, too. @defaultValue false */
      readonly volumes?: boolean;
    }
  | { readonly kind: 'remove-network'; readonly network: string }
  | { readonly kind: 'remove-volume'; readonly volume: string }
  /** Take away what was made for earlier versions; `orphans`: and what services had that the file no longer has. */
  | { readonly kind: 'prune'; readonly orphans: boolean };

/** Names a step within one plan, as in `start web 1`. */
export type StepId = string;

export interface PlannedStep {
  readonly id: StepId;
  readonly step: Step;
  /** Steps that must be finished before. */
  readonly after: readonly StepId[];
  /** Why, in one line, as in `changed` or `not running`. */
  readonly because?: string;
  /** With `changed`: what differs from what runs, as far as that is known. */
  readonly changes?: readonly Change[];
}

/** Steps in an order in which they could be carried out one by one. Empty when there is nothing to do. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
}

export function stepIdOf(step: Step): StepId {
  switch (step.kind) {
    case 'create-network':
    case 'remove-network':
      return `${step.kind} ${step.network}`;
    case 'create-volume':
    case 'remove-volume':
      return `${step.kind} ${step.volume}`;
    case 'prune':
      return step.kind;
    case 'prepare':
    case 'release-task':
    case 'end-task':
      return `${step.kind} ${step.service}`;
    case 'await':
      return `await ${step.service} ${step.condition}`;
    case 'start':
    case 'stop':
    case 'remove':
      return `${step.kind} ${step.service} ${step.number}`;
  }
}
