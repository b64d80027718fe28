import type { ProjectDirectories } from '../../host/directories.ts';
import type { Project } from '../../model/project.ts';

/** Where the parts of the program are, as absolute paths. */
interface NativePrograms {
  readonly node: string;
  readonly daemon: string;
  readonly gate: string;
  readonly psql: string;
  /** Folder from which optional packages are looked up. */
  readonly folder: string;
  readonly version: string;
  /** Differs whenever the program's files do. */
  readonly build: string;
}

/** What the native engine is opened with. */
export interface NativeOptions {
  readonly project: Project;
  readonly directories: ProjectDirectories;
  readonly programs: NativePrograms;
  readonly isolation: 'auto' | 'mount' | 'none';
  /** Of the program itself: set-up steps get proxies, certificates and settings of package clients from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly uid: number;
  readonly temporary: string;
}
