import type { Diagnostic } from '../model/diagnostic.ts';
import type { Mount, Project } from '../model/project.ts';

/** Two mounts of a service do not hide each other. */
export function checkMountTargets(project: Project): readonly Diagnostic[] {
  return project.services.flatMap(({ name, mounts }) => {
    if (mounts.length < 2) return [];
    const owners = new Map<string, Mount>();
    return mounts.flatMap((mount): readonly Diagnostic[] => {
      const owner = owners.get(mount.target);
      owners.set(mount.target, mount);
      if (owner === undefined) return [];
      return [
        {
          code: 'compose/mount-twice',
          severity: 'error',
          message: `two things are mounted at ${mount.target} in ${name}`,
          help: 'Remove one of them, or mount it somewhere else.',
          at: mount.at,
          related: [{ message: 'the other one', at: owner.at }],
        },
      ];
    });
  });
}
