import type { Project, Service, ServiceName } from './project.ts';

/** The service of that name, which a plan for this very project has named. */
export function serviceNamed({ services }: Pick<Project, 'services'>, name: ServiceName): Service {
  const service = services.find((each) => each.name === name);
  if (service === undefined) throw new Error(`service ${name} is not in the project`);
  return service;
}
