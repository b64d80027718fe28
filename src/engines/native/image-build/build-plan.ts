import type { Context, Taken } from './context-files.ts';
import type { BuildStep, CopyStep, RunStepText, Stage } from './dockerfile.ts';
import type { Interpreter } from './find-interpreter.ts';
import type { RunPart } from './recognise-command.ts';

/** Everything that is to be done for an image, and a name for what comes of it. */
export interface BuildPlan {
  /** The stages that the final one needs, in order; the final one is the last. */
  readonly stages: readonly PlannedStage[];
  readonly final: PlannedStage;
  /** Changes whenever the image would. */
  readonly digest: string;
  /** Names the virtual environment; absent when no stage is of Python. */
  readonly venvKey?: string;
  readonly context: Context;
}

export interface PlannedStage {
  readonly stage: Stage;
  readonly family: 'node' | 'python' | 'ruby' | 'shell';
  readonly interpreter?: Interpreter;
  readonly steps: readonly PlannedStep[];
  /** Names the files of the stage before its first step. */
  readonly baseKey: string;
  /** Names the files of the stage after its last step. */
  readonly key: string;
}

/** A step, and a name for the files after it. */
export type PlannedStep = { readonly key: string } & (
  | { readonly kind: 'workdir'; readonly step: Extract<BuildStep, { kind: 'workdir' }> }
  | { readonly kind: 'copy'; readonly step: CopyStep; readonly taken: readonly Taken[] }
  | { readonly kind: 'run'; readonly step: RunStepText; readonly parts: readonly RunPart[] }
);
