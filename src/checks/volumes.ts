import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import type { Facts } from './check.ts';
import { missing } from './names.ts';

/** Named volumes are declared at the top level. */
export function checkVolumes(project: Project, facts: Facts): readonly Diagnostic[] {
  const declared = new Set(facts.volumes);
  return project.services.flatMap(({ name, mounts }) =>
    mounts.flatMap((mount) => {
      if (mount.kind !== 'volume' || mount.source === undefined || declared.has(mount.source))
        return [];
      return [
        missing(
          {
            code: 'compose/unknown-volume',
            who: `${name} mounts the volume`,
            what: 'volume',
            name: mount.source,
            known: facts.volumes,
            at: mount.at,
            otherwise: `Add "${mount.source}:" under the top-level key volumes; for a folder beside the file write ./${mount.source}.`,
          },
          facts,
        ),
      ];
    }),
  );
}
