import { ComposeError, type Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import { withChanges } from '../model/with-changes.ts';

/**
 * The project with other numbers of copies.
 *
 * @throws {ComposeError} when a service is not there, or cannot have several copies because its name is fixed.
 */
export function withScale(
  {
    project,
    sources,
  }: { readonly project: Project; readonly sources: ReadonlyMap<string, string> },
  scale: ReadonlyMap<string, number> = new Map(),
): Project {
  if (scale.size === 0) return project;
  const wrong = [...scale].flatMap(([name, copies]) => problemOf(project, name, copies));
  if (wrong.length > 0) throw new ComposeError(wrong, { sources });
  return {
    ...project,
    services: project.services.map((service) => {
      const replicas = scale.get(service.name);
      return replicas === undefined
        ? service
        : withChanges(service, { replicas, isScalable: false });
    }),
  };
}

function problemOf(project: Project, name: string, copies: number): readonly Diagnostic[] {
  const service = project.services.find((each) => each.name === name);
  if (service === undefined) {
    return [
      {
        code: 'arguments/unknown-service',
        severity: 'error',
        message: `there is no service "${name}" in project ${project.name}`,
        help: `Services here: ${project.services.map((each) => each.name).join(', ')}.`,
      },
    ];
  }
  if (copies < 2 || service.containerName === undefined) return [];
  return [
    {
      code: 'arguments/scale',
      severity: 'error',
      message: `--scale ${name}=${copies}: "container_name" gives service ${name} one name, which only one copy can have`,
      help: 'Leave out container_name, or the scale.',
      at: service.at,
    },
  ];
}
