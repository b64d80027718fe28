import type { Healthcheck } from '../../model/healthcheck.ts';

/**
 * What a container image would bring, for a process on this machine: a folder tree that stands for the image's own
 * files, and the settings that the Dockerfile gives.
 */
export interface NativeImage {
  /**
   * Absolute path of a folder that stands for `/` of the image: what `COPY` and the set-up steps made of it.
   * Absent when nothing was copied (an interpreter's image with the sources mounted).
   */
  readonly root?: string;
  /** Top-level paths of the image that are to be seen inside the service, as in `/app`. */
  readonly paths: readonly string[];
  /** `ENV` of the final stage, expanded; `PATH` only holds what comes before the machine's own. */
  readonly environment: ReadonlyMap<string, string>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** Path inside the image. @defaultValue '/' */
  readonly workingDir: string;
  readonly user?: string;
  readonly exposed: readonly number[];
  readonly stopSignal?: string;
  readonly healthcheck?: Healthcheck;
  /** Folders of this machine that go before the usual `PATH`: the interpreter's, a virtual environment's. */
  readonly programFolders: readonly string[];
  /** Changes whenever what would run changes. */
  readonly digest: string;
}
