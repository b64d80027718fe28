import type { Project, ServiceName } from '../model/project.ts';
import type { ImageFacts } from './image-facts.ts';
import { type LeftMigration, recogniseReleaseTask } from './recognise.ts';

export interface ProjectWithTasks {
  /** Services with what was recognised as their release tasks. */
  readonly project: Project;
  /** Migrations that run with each start, and why. */
  readonly left: ReadonlyMap<ServiceName, LeftMigration>;
}

/** Finds the release task of every service. */
export function withReleaseTasks(
  project: Project,
  images: ReadonlyMap<ServiceName, ImageFacts>,
): ProjectWithTasks {
  const left = new Map<ServiceName, LeftMigration>();
  const services = project.services.map((each) => {
    const recognised = recogniseReleaseTask(each, images.get(each.name));
    if (recognised.left !== undefined) left.set(each.name, recognised.left);
    return recognised.service;
  });
  return { project: { ...project, services }, left };
}
