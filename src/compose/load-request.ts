import type { Diagnostic, Silence, Span } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import type { Node } from './node.ts';
import type { ParsedYaml } from './parsed-yaml.ts';
import type { Variables } from './variable.ts';

/** What came of reading one file. */
export type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'unreadable';
      /** One clause without a full stop, as in "it is a folder". */
      readonly reason: string;
      /** SHA-256 of the bytes, where they could be read and are no text. */
      readonly digest?: string;
    };

export interface LoadRequest {
  /** Absolute paths in the order of merging; `-` is standard input. At least one. */
  readonly files: readonly string[];
  /** Absolute path that relative paths of the files start from. */
  readonly workingDir: string;
  /** From the command line; wins over everything. */
  readonly projectName?: string;
  /** Profiles that are switched on; `*` is all of them. */
  readonly profiles: readonly string[];
  /** Services that are switched on whatever their profiles are: those named on the command line. */
  readonly enabled?: readonly string[];
  /** The shell and the `.env` files. */
  readonly environment: Variables;
  /** What has been read so far, by absolute path or `-`. */
  readonly contents: ReadonlyMap<string, FileContent>;
  /** Trees of files that were parsed in an earlier call with the same contents. Filled here. */
  readonly parsed?: Map<string, ParsedYaml>;
  readonly stages?: LoadStages;
}

/** Stages of loading that may be left out, as by the options of `docker compose config`. All are done by default. */
export interface LoadStages {
  readonly noInterpolate?: boolean;
  readonly noPathResolution?: boolean;
  /** Without implicit networks, names and dependencies. */
  readonly noNormalize?: boolean;
  readonly noConsistency?: boolean;
}

export interface Declared {
  /** Switched off ones, and those that were left out because of mistakes, included; as all names here. */
  readonly services: readonly string[];
  /** Services with errors: what they lack may have been left out for that. */
  readonly spoiled: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly secrets: readonly string[];
  readonly configs: readonly string[];
  readonly models: readonly string[];
  /** Of all services, in the order of the alphabet. */
  readonly profiles: readonly string[];
  /** Secrets whose content only a driver knows. */
  readonly secretsOfDrivers: readonly { readonly name: string; readonly at: Span }[];
}

export type LoadResult =
  /** Read these, add them to `contents`, and call again. */
  | { readonly kind: 'needs'; readonly paths: readonly string[] }
  | {
      readonly kind: 'loaded';
      /** Of what makes sense; absent when no file could be read. */
      readonly project?: Project;
      /** Names at the top level, those that nobody uses included. */
      readonly declared: Declared;
      /** The files merged, in the forms in which they were written; absent when no file could be read. */
      readonly written?: Node;
      /** With an error among them the project is only good for finding more mistakes. */
      readonly diagnostics: readonly Diagnostic[];
      /** Text of every file that a span may point into. */
      readonly sources: ReadonlyMap<string, string>;
      /** Comments that waive rules; nothing is taken out yet. */
      readonly silences: readonly Silence[];
    };
