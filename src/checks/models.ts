import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import type { Facts } from './check.ts';
import { keysAt, missing, originOf } from './names.ts';

/** Models of services are declared at the top level. */
export function checkModels(project: Project, facts: Facts): readonly Diagnostic[] {
  return project.services.flatMap(({ name }) =>
    keysAt(project, 'services', name, 'models')
      .filter((model) => !facts.models.includes(model))
      .map((model) =>
        missing(
          {
            code: 'compose/unknown-model',
            who: `${name} uses the model`,
            what: 'model',
            name: model,
            known: facts.models,
            at: originOf(project, 'services', name, 'models', model),
            otherwise: `Add "${model}:" under the top-level key models.`,
          },
          facts,
        ),
      ),
  );
}
