import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';

/** One rule about a whole project. */
export type Check = (project: Project) => readonly Diagnostic[];
