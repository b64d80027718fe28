import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import { originOf, valueAt } from './names.ts';

/** `scale` and `deploy.replicas` are the same number, written twice. */
export function checkReplicas(project: Project): readonly Diagnostic[] {
  return project.services.flatMap(({ name, at: place }): readonly Diagnostic[] => {
    const scale = valueAt(project, 'services', name, 'scale');
    const replicas = valueAt(project, 'services', name, 'deploy', 'replicas');
    if (scale === undefined || replicas === undefined || scale === replicas) return [];
    const other = originOf(project, 'services', name, 'deploy', 'replicas');
    return [
      {
        code: 'compose/contradiction',
        severity: 'error',
        message: `scale of ${name} is ${JSON.stringify(scale)}, and deploy.replicas is ${JSON.stringify(replicas)}`,
        help: 'Both say how many copies run; remove one of them.',
        at: originOf(project, 'services', name, 'scale') ?? place,
        ...(other !== undefined && { related: [{ message: 'the other one', at: other }] }),
      },
    ];
  });
}
