import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
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
  return project.services.flatMap(({ name, at: place }) =>
    TWINS.flatMap(([key, below, twin]): readonly Diagnostic[] => {
      const path = ['services', name, 'deploy', 'resources', below, twin];
      const value = valueAt(project, 'services', name, key);
      const other = valueAt(project, ...path);
      if (value === undefined || other === undefined || String(value) === String(other)) return [];
      const there = originOf(project, ...path);
      return [
        {
          code: 'compose/contradiction',
          severity: 'error',
          message: `${key} of ${name} is ${String(value)}, and deploy.resources.${below}.${twin} is ${String(other)}`,
          help: 'Both say the same; remove one of them.',
          at: originOf(project, 'services', name, key) ?? place,
          ...(there !== undefined && { related: [{ message: 'the other one', at: there }] }),
        },
      ];
    }),
  );
}
