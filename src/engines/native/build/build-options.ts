import type { Emitting } from '../../../engine/engine.ts';
import type { InnerProcess, OuterProcess, Surroundings } from '../isolation.ts';
import type { ContextFiles } from '../../../host/context-files.ts';

export interface MakeImageOptions extends Emitting {
  readonly service: string;
  readonly context: ContextFiles;
  /** Folder that images, layers and virtual environments are kept in. */
  readonly store: string;
  /** Commands see the image at its own paths, by a mount namespace. */
  readonly namespaced: boolean;
  /** Do every step again. */
  readonly force: boolean;
  /** Folders before the usual `PATH`: interpreters. */
  readonly programFolders: readonly string[];
  /** Python of this machine; absent when the image is not of Python. */
  readonly python?: string;
  /** What steps get besides the image's variables: `HOME`, proxies, settings of package clients. */
  readonly environment: Readonly<Record<string, string>>;
  /** Puts a process where `root` lies over the machine's own files. */
  readonly surround: (inner: InnerProcess, surroundings: Surroundings) => Promise<OuterProcess>;
  readonly signal: AbortSignal;
}

/** While one stage is made. */
export interface StageOptions extends MakeImageOptions {
  readonly root: string;
  readonly roots: ReadonlyMap<number, string>;
}

/** Of a failed command's output, as proof. */
export const LAST_LINES = 20;
