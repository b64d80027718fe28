import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';

/** What the files declare at the top level, that included which no active service uses; and what is asked for. */
export interface Declared {
  /** Services that the user named; empty: all. */
  readonly running: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly secrets: readonly string[];
  readonly configs: readonly string[];
}

/** One rule about a whole project. */
export type Check = (project: Project, declared: Declared) => readonly Diagnostic[];
