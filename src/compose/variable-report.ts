import type { Diagnostic, Span } from '../model/diagnostic.ts';
import { nearest } from '../model/nearest.ts';
import type { TemplateProblem } from './template.ts';

interface Sighting {
  readonly problem: TemplateProblem;
  readonly places: Span[];
}

/** Collects what goes wrong with variables: one diagnostic a variable, with every place where it is used. */
export class VariableReport {
  readonly #sightings = new Map<string, Sighting>();

  add(problem: TemplateProblem, at: Span): void {
    const key = keyOf(problem, at);
    const before = this.#sightings.get(key);
    if (before === undefined) {
      this.#sightings.set(key, { problem, places: [at] });
      return;
    }
    const { places } = before;
    if (!places.some((place) => place.start === at.start && place.file === at.file))
      places.push(at);
  }

  /** `known`: variables that have a value. `elsewhere`: for variables that an `env_file` sets, which file that is. */
  diagnostics(
    known: Iterable<string>,
    elsewhere: (name: string) => string | undefined,
  ): readonly Diagnostic[] {
    const names = [...known];
    return [...this.#sightings.values()].map(({ problem, places: [at, ...more] }) => ({
      ...describe(problem, { names, elsewhere }),
      ...(at !== undefined && { at }),
      ...(at !== undefined && problem.kind === 'wrong' && { fix: doubled(at) }),
      ...(more.length > 0 && {
        related: more.map((place) => ({ message: 'used here, too', at: place })),
      }),
    }));
  }
}

function keyOf(problem: TemplateProblem, at: Span): string {
  switch (problem.kind) {
    case 'unset':
      return `unset ${problem.name}`;
    case 'required':
      return `required ${problem.name} ${problem.reason}`;
    case 'wrong':
      return `wrong ${at.file} ${at.start}`;
  }
}

/** Compose takes `$$` for a dollar sign and hands one on. */
const doubled = (at: Span): NonNullable<Diagnostic['fix']> => ({
  title: 'double the dollar sign',
  edits: [{ at: { ...at, end: at.start }, text: '$' }],
});

interface Knowledge {
  readonly names: readonly string[];
  readonly elsewhere: (name: string) => string | undefined;
}

function describe(problem: TemplateProblem, knowledge: Knowledge): Diagnostic {
  switch (problem.kind) {
    case 'unset':
      return {
        code: 'compose/unset-variable',
        severity: 'warning',
        message: `the variable ${problem.name} is not set; nothing is put in its place`,
        help: helpFor(problem.name, knowledge),
      };
    case 'required':
      return {
        code: 'compose/required-variable',
        severity: 'error',
        message: `the variable ${problem.name} must have a value${problem.reason === '' ? '' : `: ${problem.reason}`}`,
        help: helpFor(problem.name, knowledge),
      };
    case 'wrong':
      return {
        code: 'compose/bad-interpolation',
        severity: 'error',
        message: 'this is no variable',
        help: 'Write ${NAME} or ${NAME:-default}; for a dollar sign of its own write $$.',
      };
  }
}

function helpFor(name: string, { names, elsewhere }: Knowledge): string {
  const file = elsewhere(name);
  if (file !== undefined) {
    return `${file} sets it, but an env_file reaches the container only: put ${name} into .env, or add --env-file ${file}.`;
  }
  const near = nearest(name, names);
  const meant = near === undefined ? '' : `Did you mean ${near}? `;
  return `${meant}Set ${name} in .env or in the shell, or write \${${name}:-default}; for a dollar sign of its own write $$.`;
}
