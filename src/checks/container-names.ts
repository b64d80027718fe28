import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project, Service } from '../model/project.ts';
import { originOf } from './names.ts';

/** `container_name` is one name for one copy. */
export function checkContainerNames(project: Project): readonly Diagnostic[] {
  const owners = new Map<string, Service>();
  return project.services.flatMap((service): readonly Diagnostic[] => {
    const { name, containerName, replicas } = service;
    if (containerName === undefined) return [];
    const at = originOf(project, 'services', name, 'container_name') ?? service.at;
    const owner = owners.get(containerName);
    owners.set(containerName, service);
    return [
      ...(replicas > 1 ? [severalCopies(service, at)] : []),
      ...(owner === undefined ? [] : [takenBy(owner, { containerName, at })]),
    ];
  });
}

function severalCopies({ name, replicas }: Service, at: Diagnostic['at'] & {}): Diagnostic {
  return {
    code: 'compose/container-name',
    severity: 'error',
    message: `${name} has ${replicas} copies, and a container_name that only one can have`,
    help: 'Remove container_name: copies are then called PROJECT-SERVICE-NUMBER.',
    at,
  };
}

function takenBy(
  owner: Service,
  { containerName, at }: { readonly containerName: string; readonly at: Diagnostic['at'] & {} },
): Diagnostic {
  return {
    code: 'compose/container-name',
    severity: 'error',
    message: `the container_name ${containerName} is that of ${owner.name} already`,
    help: 'Remove one of them, or change it.',
    at,
    related: [{ message: `${owner.name} is here`, at: owner.at }],
  };
}
