import type { Diagnostic, Span } from '../../../model/diagnostic.ts';
import type { Healthcheck } from '../../../model/healthcheck.ts';

/** A Dockerfile with its variables expanded. */
export interface Dockerfile {
  /** Every stage, in file order. */
  readonly stages: readonly Stage[];
  /** The last stage, or the one that `target` names; absent when a diagnostic says why. */
  readonly final?: Stage;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Stage {
  readonly index: number;
  readonly name?: string;
  readonly base: StageBase;
  readonly steps: readonly BuildStep[];
  readonly settings: StageSettings;
  /** The `FROM` line. */
  readonly at: Span;
}

export type StageBase =
  | { readonly kind: 'image'; readonly image: string }
  | { readonly kind: 'stage'; readonly index: number };

/** What a stage says of the process that is to run, that of the stages below it included. */
export interface StageSettings {
  /** `PATH` holds only what goes before that of the base image. */
  readonly environment: ReadonlyMap<string, string>;
  /** Absolute path inside the image. */
  readonly workingDir: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly exposed: readonly number[];
  readonly volumes: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  readonly stopSignal?: string;
  readonly healthcheck?: Healthcheck;
  /** What runs shell forms. */
  readonly shell: readonly string[];
}

/** One step that changes files. */
export type BuildStep =
  | { readonly kind: 'workdir'; readonly path: string; readonly at: Span }
  | CopyStep
  | RunStepText;

export interface CopyStep {
  readonly kind: 'copy';
  readonly instruction: 'COPY' | 'ADD';
  readonly source: CopySource;
  /** As written, expanded. */
  readonly paths: readonly string[];
  /** Files written in the Dockerfile itself. */
  readonly inline: readonly { readonly name: string; readonly text: string }[];
  /** Absolute path inside the image, without a slash at its end. */
  readonly target: string;
  /** The target is a folder, whatever the source is. */
  readonly intoFolder: boolean;
  /** Octal permission bits as a number. */
  readonly chmod?: number;
  readonly at: Span;
}

export type CopySource =
  | { readonly kind: 'context' }
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'image'; readonly image: string };

export interface RunStepText {
  readonly kind: 'run';
  /** Shell text; absent for the exec form. */
  readonly script?: string;
  /** Argument vector of the exec form. */
  readonly argv?: readonly string[];
  /** `ENV` and `ARG` at this point. */
  readonly environment: ReadonlyMap<string, string>;
  readonly workingDir: string;
  readonly at: Span;
}
