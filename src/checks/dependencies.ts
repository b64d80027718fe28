import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import type { Facts } from './check.ts';
import { keysAt, missing, originOf, valueAt } from './names.ts';

/** `depends_on` names services that exist and are switched on. */
export function checkDependencies(project: Project, facts: Facts): readonly Diagnostic[] {
  const known = new Set(facts.services);
  const inactive = new Set(project.inactive);
  return project.services.flatMap(({ name, dependsOn, at: place }) => {
    const path = ['services', name, 'depends_on'];
    if (valueAt(project, ...path) === undefined) return [];
    const named = new Set<string>(dependsOn.map(({ service }) => service));
    // What cannot be the name of a service is not among the dependencies that have a type.
    const strange = keysAt(project, ...path)
      .filter((key) => !named.has(key))
      .map((service) => ({
        service,
        required: true,
        at: originOf(project, ...path, service) ?? place,
      }));
    return [...dependsOn, ...strange].flatMap(
      ({ service, required, at }): readonly Diagnostic[] => {
        if (inactive.has(service) && !required) return [];
        if (inactive.has(service)) {
          return [
            {
              code: 'compose/inactive-dependency',
              severity: 'error',
              message: `${name} depends on "${service}", which no active profile switches on`,
              help: `Add --profile with a profile of ${service}, or write "required: false" if ${name} can do without.`,
              at,
            },
          ];
        }
        if (known.has(service)) return [];
        return [
          missing(
            {
              code: 'compose/unknown-dependency',
              who: `${name} depends on`,
              what: 'service',
              name: service,
              known: facts.services,
              at,
              otherwise: 'Add a service of this name, or remove the dependency.',
            },
            facts,
          ),
        ];
      },
    );
  });
}
