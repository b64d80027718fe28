import type { ContainerTools } from '../engine/container-tools.ts';
import { RunError } from '../model/finding.ts';
import type { Service, ServiceName } from '../model/project.ts';
import type { Session } from './session.ts';

/**
 * What the engine can do with images and containers.
 *
 * @throws {RunError} when it has none.
 */
export function containerToolsOf({ engine }: Session, command: string): ContainerTools {
  if (engine.containers !== undefined) return engine.containers;
  throw new RunError([
    {
      code: 'engine/no-containers',
      cause: `bowline ${command} is about containers, and the ${engine.name} engine has none to show`,
      fix: [`Where there are some: bowline --engine docker ${command}.`],
    },
  ]);
}

/** The services of those names; all of them without any. */
export function servicesOf(
  { project }: Session,
  names: readonly ServiceName[],
): readonly Service[] {
  return names.length === 0
    ? project.services
    : project.services.filter(({ name }) => names.includes(name));
}
