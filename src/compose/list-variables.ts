import type { Node } from './node.ts';
import { type Part, parseTemplate } from './template.ts';

/** A variable that the files use. */
export interface UsedVariable {
  readonly name: string;
  /** `${NAME:?…}`: there must be a value. */
  readonly required: boolean;
  /** As written; empty where there is none. */
  readonly otherwise: string;
  /** What stands instead of a value that is there, as written. */
  readonly instead: string;
}

/** The variables in the values of a tree into which none was put yet, in the order in which they are first used. */
export function listVariables(node: Node): readonly UsedVariable[] {
  const found = new Map<string, UsedVariable>();
  for (const variable of variablesOf(node)) {
    const before = found.get(variable.name) ?? variable;
    found.set(variable.name, {
      name: variable.name,
      required: before.required || variable.required,
      otherwise: before.otherwise === '' ? variable.otherwise : before.otherwise,
      instead: before.instead === '' ? variable.instead : before.instead,
    });
  }
  return [...found.values()];
}

function variablesOf(node: Node): readonly UsedVariable[] {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string'
        ? variablesIn(parseTemplate(node.value), node.value)
        : [];
    case 'list':
      return node.items.flatMap(variablesOf);
    case 'map':
      return node.entries.flatMap(({ value }) => variablesOf(value));
  }
}

function variablesIn(parts: readonly Part[], text: string): readonly UsedVariable[] {
  return parts.flatMap((part) => {
    if (part.kind !== 'variable') return [];
    const { name, start, end, otherwise } = part;
    const operator = otherwise?.operator;
    // Between the operator, of one or two characters, and the closing brace.
    const length = 2 + name.length + (otherwise?.emptyCounts === true ? 2 : 1);
    const written = otherwise === undefined ? '' : text.slice(start + length, end - 1);
    const variable = {
      name,
      required: operator === '?',
      otherwise: operator === '-' ? written : '',
      instead: operator === '+' ? written : '',
    };
    const within = operator === undefined || operator === '?' ? [] : (otherwise?.parts ?? []);
    return [variable, ...variablesIn(within, text)];
  });
}
