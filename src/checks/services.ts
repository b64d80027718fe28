import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';

/** There is something to run. */
export function checkServices(project: Project): readonly Diagnostic[] {
  if (project.services.length > 0) return [];
  const [file] = project.files;
  const at = file === undefined ? {} : { at: { file, start: 0, end: 0 } };
  if (project.inactive.length > 0) {
    return [
      {
        code: 'compose/no-services',
        severity: 'warning',
        message: 'no service is switched on',
        help: `Add --profile NAME; switched off: ${project.inactive.join(', ')}.`,
        ...at,
      },
    ];
  }
  return [
    {
      code: 'compose/no-services',
      severity: 'warning',
      message: 'the project has no services',
      help: 'Add one under the top-level key services.',
      ...at,
    },
  ];
}
