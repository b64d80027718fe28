import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { EnvironmentValue, Project } from '../model/project.ts';

/** What the files declare at the top level, that included which no active service uses, or which is left out for its mistakes. */
interface Declared {
  readonly services: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly secrets: readonly string[];
  readonly configs: readonly string[];
  readonly models: readonly string[];
  /** Secrets whose content only a driver knows. */
  readonly secretsOfDrivers: readonly { readonly name: string; readonly at: Span }[];
  /** Services with errors: what they lack may have been left out for that. */
  readonly spoiled: readonly string[];
}

/** What rules need to know besides the project. */
export interface Facts extends Declared {
  /** Services that the user named; empty: all. */
  readonly running: readonly string[];
  /** Text of the files that spans point into; values of files of variables are made unreadable in it. */
  readonly sources: ReadonlyMap<string, string>;
  /** Of the shell and of `.env`. */
  readonly variables: ReadonlyMap<string, EnvironmentValue>;
  /** Dockerfiles of services, by the service, as far as they could be read. */
  readonly dockerfiles: ReadonlyMap<string, string>;
  /** Absolute paths of files that git keeps. */
  readonly tracked: ReadonlySet<string>;
}

/** One rule about a whole project. */
export type Check = (project: Project, facts: Facts) => readonly Diagnostic[];
