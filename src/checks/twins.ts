import type { Diagnostic } from '../model/diagnostic.ts';
import type { Json, Project } from '../model/project.ts';
import { originOf, valueAt } from './names.ts';

/** Keys of a service and the keys under `deploy` that say the same. */
const TWINS: readonly (readonly [key: string, below: 'limits' | 'reservations', twin: string])[] = [
  ['cpus', 'limits', 'cpus'],
  ['mem_limit', 'limits', 'memory'],
  ['mem_reservation', 'reservations', 'memory'],
  ['pids_limit', 'limits', 'pids'],
];

/** A limit that is written twice is written the same. */
export function checkTwins(project: Project): readonly Diagnostic[] {
  return project.services.flatMap(({ name, at: place }) => {
    if (valueAt(project, 'services', name, 'deploy', 'resources') === undefined) return [];
    return TWINS.flatMap(([key, below, twin]): readonly Diagnostic[] => {
      const value = asText(valueAt(project, 'services', name, key));
      if (value === undefined) return [];
      const path = ['services', name, 'deploy', 'resources', below, twin];
      const other = asText(valueAt(project, ...path));
      if (other === undefined || value === other) return [];
      const there = originOf(project, ...path);
      return [
        {
          code: 'compose/contradiction',
          severity: 'error',
          message: `${key} of ${name} is ${value}, and deploy.resources.${below}.${twin} is ${other}`,
          help: 'Both say the same; remove one of them.',
          at: originOf(project, 'services', name, key) ?? place,
          ...(there !== undefined && { related: [{ message: 'the other one', at: there }] }),
        },
      ];
    });
  });
}

/** A number and the same number as text are the same. */
function asText(value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
