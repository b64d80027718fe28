import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import { originOf, valueAt } from './names.ts';

/** `start_interval` is the pause between probes during `start_period`, and without one is never used. */
export function checkStartIntervals(project: Project): readonly Diagnostic[] {
  return project.services.flatMap(({ name }): readonly Diagnostic[] => {
    const at = originOf(project, 'services', name, 'healthcheck', 'start_interval');
    const period = valueAt(project, 'services', name, 'healthcheck', 'start_period');
    const isZero =
      period === undefined ||
      period === null ||
      /^0(?:s|ms|m)?$/.test(JSON.stringify(period).replaceAll('"', ''));
    if (at === undefined || !isZero) return [];
    return [
      {
        code: 'compose/unused-start-interval',
        severity: 'warning',
        message: `start_interval of ${name} is never used: there is no start_period`,
        help: 'Add start_period: 30s, the time in which the service may still be starting.',
        at,
      },
    ];
  });
}
