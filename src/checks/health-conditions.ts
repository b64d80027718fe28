import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { hasHealthcheck } from './dockerfile.ts';
import { imageName, serverOf } from './server-image.ts';

/** Who waits for a service to be healthy, waits for one that can say so. */
export function checkHealthConditions(project: Project, facts: Facts): readonly Diagnostic[] {
  const byName = new Map<string, Service>(
    project.services.map((service) => [service.name, service]),
  );
  return project.services.flatMap(({ name, dependsOn }) =>
    dependsOn.flatMap(({ service, condition, required, at }): readonly Diagnostic[] => {
      const target = byName.get(service);
      if (condition !== 'service_healthy' || target === undefined) return [];
      if (target.healthcheck !== undefined) return [];
      if (target.healthcheckDisabled) return [switchedOff(name, target, at)];
      // Who can do without goes on after a while.
      return !required || mayBringOne(target, facts) ? [] : [absent(name, target, at)];
    }),
  );
}

function switchedOff(name: string, target: Service, at: Span): Diagnostic {
  return {
    code: 'compose/no-healthcheck',
    severity: 'error',
    message: `${name} waits for ${target.name} to be healthy, but its healthcheck is switched off`,
    help: `Remove "disable: true" from ${target.name}, or wait for service_started.`,
    at,
    related: [{ message: `${target.name} is here`, at: target.at }],
  };
}

/** Docker's official images have none, by Docker's own rule; of others one cannot know. */
function mayBringOne(service: Service, { dockerfiles }: Facts): boolean {
  const { name, image, build } = service;
  if (build !== undefined) {
    const dockerfile = dockerfiles.get(name);
    return dockerfile === undefined || hasHealthcheck(dockerfile);
  }
  if (image === undefined || serverOf(service) !== undefined) return false;
  return imageName(image).name.includes('/');
}

function absent(name: string, target: Service, at: Span): Diagnostic {
  return {
    code: 'compose/no-healthcheck',
    severity: 'warning',
    message: `${name} waits for ${target.name} to be healthy, but ${target.name} has no healthcheck`,
    help: `${name} would never start. ${exampleFor(target)}`,
    at,
    related: [{ message: `${target.name} is here`, at: target.at }],
  };
}

const EXAMPLES: Readonly<Record<string, string>> = {
  postgres: 'pg_isready -h 127.0.0.1',
  mysql: 'mysqladmin ping -h 127.0.0.1',
  mariadb: 'healthcheck.sh --connect --innodb_initialized',
  redis: 'redis-cli ping',
  rabbitmq: 'rabbitmq-diagnostics -q ping',
};

function exampleFor(target: Service): string {
  const kind = serverOf(target)?.kind;
  const test = kind === undefined ? undefined : EXAMPLES[kind];
  return test === undefined
    ? `Add a healthcheck to ${target.name}.`
    : `Add to ${target.name}: healthcheck: {test: ${test}, interval: 2s}.`;
}
