import type { ProjectDirectories } from '../host/directories.ts';
import type { EnvironmentSettings, Project } from '../model/project.ts';
import type { LoadedProject } from './load-project.ts';
import type { Programs } from './programs.ts';

/** All that any engine is opened with; each takes what it needs of it. */
export interface OpenEngineOptions {
  readonly project: Project;
  readonly directories: ProjectDirectories;
  readonly programs: Programs;
  readonly isolation: 'auto' | 'mount' | 'none';
  /** Of the process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the file says of the environment that was named. */
  readonly target: EnvironmentSettings | undefined;
  readonly home: string;
  readonly uid: number;
  readonly temporary: string;
  /** Of the kubeconfig. @defaultValue what the environment says, else its current one */
  readonly context?: string;
  /** Of the cluster. @defaultValue what the environment says, else as the project is called */
  readonly namespace?: string;
  readonly environmentName?: string;
  /** Of objects on a cluster: take fields over that other programs have set. @defaultValue false */
  readonly forceConflicts?: boolean;
  /** Where images for a cluster are pushed to. @defaultValue what the environment says */
  readonly registry?: string;
  /** How they get into a cluster without a registry. @defaultValue what the environment says */
  readonly load?: string;
  /** As it was loaded: what a cluster gets is made of it. */
  readonly loaded: LoadedProject;
}
