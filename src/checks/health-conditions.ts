import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project, Service } from '../model/project.ts';

/** Who waits for a service to be healthy, waits for one that can say so. */
export function checkHealthConditions(project: Project): readonly Diagnostic[] {
  const byName = new Map<string, Service>(
    project.services.map((service) => [service.name, service]),
  );
  return project.services.flatMap(({ name, dependsOn }) =>
    dependsOn.flatMap(({ service, condition, at }): readonly Diagnostic[] => {
      const target = byName.get(service);
      if (condition !== 'service_healthy' || target === undefined) return [];
      if (target.healthcheck !== undefined) return [];
      return [
        target.healthcheckDisabled ? switchedOff(name, target, at) : absent(name, target, at),
      ];
    }),
  );
}

function switchedOff(name: string, target: Service, at: Diagnostic['at'] & {}): Diagnostic {
  return {
    code: 'compose/no-healthcheck',
    severity: 'error',
    message: `${name} waits for ${target.name} to be healthy, but its healthcheck is switched off`,
    help: `Remove "disable: true" from ${target.name}, or wait for service_started.`,
    at,
    related: [{ message: `${target.name} is here`, at: target.at }],
  };
}

/** An image may bring a healthcheck of its own; most do not. */
function absent(name: string, target: Service, at: Diagnostic['at'] & {}): Diagnostic {
  return {
    code: 'compose/no-healthcheck',
    severity: 'warning',
    message: `${name} waits for ${target.name} to be healthy, but ${target.name} has no healthcheck here`,
    help: `Unless its image brings one, ${name} never starts: add a healthcheck to ${target.name}.`,
    at,
    related: [{ message: `${target.name} is here`, at: target.at }],
  };
}
