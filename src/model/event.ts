import type { EngineName } from './engine-name.ts';
import type { Finding } from './finding.ts';
import type { LogLine } from './log-line.ts';
import type { ReplicaState } from './observed.ts';
import type { Plan, StepId } from './step.ts';

/** What happens, as it happens: one line each of `--json` and of `runs/<run>/events.ndjson`. */
export interface Event {
  /** Version of this shape. */
  readonly v: 1;
  /** From 1, without gaps within a run. */
  readonly seq: number;
  /** Unix time in milliseconds. */
  readonly atMs: number;
  /** Names the run, as in `20261121T062500Z-up-4f2a`. */
  readonly run: string;
  readonly body: EventBody;
}

export type EventBody =
  | {
      readonly kind: 'run-started';
      readonly command: string;
      readonly project: string;
      readonly engine: EngineName;
    }
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'step-started'; readonly step: StepId }
  | {
      readonly kind: 'step-finished';
      readonly step: StepId;
      readonly tookMs: number;
      /** False: it was true already. */
      readonly changed: boolean;
    }
  | { readonly kind: 'step-failed'; readonly step: StepId; readonly findings: readonly Finding[] }
  /** Something that the user should see once: a rewritten value, a version, a choice made. */
  | {
      readonly kind: 'note';
      readonly level: 'info' | 'warning';
      readonly service?: string;
      readonly text: string;
    }
  /** A line that a set-up command or an initialisation printed. */
  | { readonly kind: 'output'; readonly service: string; readonly text: string }
  | {
      readonly kind: 'replica';
      readonly name: string;
      readonly service: string;
      readonly state: ReplicaState;
    }
  | { readonly kind: 'log'; readonly line: LogLine }
  | {
      readonly kind: 'waiting';
      readonly step: StepId;
      readonly because: string;
      readonly forMs: number;
    }
  /** An object of a cluster is, or became, as it was wanted. */
  | {
      readonly kind: 'object';
      /** As in `Deployment/web`. */
      readonly object: string;
      /** Absent: the kind has no namespaces. */
      readonly namespace?: string;
      readonly became: ObjectChange;
      /** How far it is, in a few words, or why it is kept. */
      readonly words?: string;
      readonly tookMs?: number;
    }
  | { readonly kind: 'published'; readonly service: string; readonly url: string }
  | {
      readonly kind: 'run-finished';
      readonly exitCode: number;
      readonly tookMs: number;
      readonly findings: readonly Finding[];
    };

/** What became of an object of a cluster. */
export type ObjectChange =
  | 'created'
  | 'changed'
  | 'replaced'
  | 'unchanged'
  /** It works, or it is done. */
  | 'ready'
  | 'deleted'
  /** It was not deleted on purpose. */
  | 'kept';
