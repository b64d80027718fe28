import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import type { Facts } from './check.ts';
import { keysAt, missing, originOf, valueAt } from './names.ts';

/** Networks of services are declared at the top level; `network_mode: service:x` names a service. */
export function checkNetworks(project: Project, facts: Facts): readonly Diagnostic[] {
  const declared = new Set([...keysAt(project, 'networks'), ...facts.networks]);
  return project.services.flatMap(({ name }) => [
    ...keysAt(project, 'services', name, 'networks')
      .filter((network) => !declared.has(network) && network !== 'default')
      .map((network) =>
        missing(
          {
            code: 'compose/unknown-network',
            who: `${name} is in the network`,
            what: 'network',
            name: network,
            known: facts.networks,
            at: originOf(project, 'services', name, 'networks', network),
            otherwise: `Add "${network}:" under the top-level key networks.`,
          },
          facts,
        ),
      ),
    ...checkMode(project, name, facts),
    ...checkBoth(project, name),
  ]);
}

/** `network_mode` replaces the networks. */
function checkBoth(project: Project, name: string): readonly Diagnostic[] {
  if (valueAt(project, 'services', name, 'network_mode') === undefined) return [];
  if (keysAt(project, 'services', name, 'networks').length === 0) return [];
  const mode = originOf(project, 'services', name, 'network_mode');
  const at = originOf(project, 'services', name, 'networks');
  return [
    {
      code: 'compose/conflicting-keys',
      severity: 'error',
      message: `networks and network_mode of ${name} exclude each other`,
      help: 'Remove one of them.',
      ...(at !== undefined && { at }),
      ...(mode !== undefined && { related: [{ message: 'network_mode is here', at: mode }] }),
    },
  ];
}

function checkMode(project: Project, name: string, facts: Facts): readonly Diagnostic[] {
  const mode = valueAt(project, 'services', name, 'network_mode');
  if (typeof mode !== 'string' || !mode.startsWith('service:')) return [];
  const service = mode.slice('service:'.length);
  const known = facts.services;
  // The dependency that follows from it is reported as unknown already.
  const implied = project.services.some((each) =>
    each.dependsOn.some((dependency) => each.name === name && dependency.service === service),
  );
  if (known.includes(service) || implied) return [];
  return [
    missing(
      {
        code: 'compose/unknown-dependency',
        who: `${name} shares the network of`,
        what: 'service',
        name: service,
        known,
        at: originOf(project, 'services', name, 'network_mode'),
        otherwise: 'Name a service of this project.',
      },
      facts,
    ),
  ];
}
