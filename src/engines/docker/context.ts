import type { ProjectDirectories } from '../../host/directories.ts';
import type { Leaves } from '../../model/leaves.ts';
import type { EnvironmentSettings, Project, ServiceName } from '../../model/project.ts';
import type { DockerApi } from './api.ts';
import type { DockerSurroundings } from './endpoint.ts';
import type { ReadyRecord } from './ready-record.ts';

/** What the Docker engine is opened with. */
export interface DockerOptions {
  readonly project: Project;
  readonly directories: ProjectDirectories;
  readonly programs: { readonly version: string };
  readonly target: Pick<EnvironmentSettings, 'context'> | undefined;
  readonly environment: DockerSurroundings['environment'];
  readonly home: string;
  readonly uid: number;
}

/** What every part of the engine works with. */
export interface DockerContext {
  readonly api: DockerApi;
  readonly project: Project;
  readonly surroundings: DockerSurroundings;
  readonly directories: ProjectDirectories;
  readonly version: string;
  /** Does the engine run on this machine: are its addresses and its folders ours? */
  readonly isLocal: boolean;
  /** Fingerprint by which Docker Compose tells whether a container of a service is up to date. */
  readonly hashOf: (service: ServiceName) => string | undefined;
  /** What a container of a service is made from now. */
  readonly originOf: (service: ServiceName) => Leaves;
  /** Containers that a command of this process has stopped: they did not end by themselves. */
  readonly stopped: Set<string>;
  /** Digest by name of images that this command has found: they stay until it builds or fetches them itself. */
  readonly images: Map<string, string>;
  readonly ready: ReadyRecord;
}
