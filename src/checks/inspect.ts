import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import { checkConsistency, type CheckContext } from './check-consistency.ts';
import { explainDollars } from './eaten-dollars.ts';

/** Everything that is to be said about a project: what loading found, and what does not fit together. */
export function inspect(project: Project, { found, facts }: CheckContext): readonly Diagnostic[] {
  return [
    ...explainDollars(project, { found, facts }),
    ...checkConsistency(project, { found, facts }),
  ];
}
