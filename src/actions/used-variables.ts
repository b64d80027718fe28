import { listVariables, type UsedVariable } from '../compose/list-variables.ts';
import { parseTemplate } from '../compose/template.ts';
import type { Json, Pointer } from '../model/project.ts';
import type { Span } from '../model/diagnostic.ts';
import type { LoadedProject } from './load-project.ts';

/** The variables that the files use, by name. Best of a project in which they were left in place. */
export function usedVariables({ written }: LoadedProject): readonly UsedVariable[] {
  return listVariables(written).toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Where one value of the canonical model comes from. */
export interface Origin {
  readonly pointer: Pointer;
  /** Absent for what nobody wrote. */
  readonly at?: Span;
  readonly variables: readonly VariableOrigin[];
}

type VariableOrigin =
  | { readonly kind: 'file'; readonly name: string; readonly at: Span }
  | { readonly kind: 'shell'; readonly name: string }
  /** It has no value: the default stands, or nothing. */
  | { readonly kind: 'unset'; readonly name: string };

/** Every leaf of the canonical model, with its place and the variables that were put into it. */
export function originsOf(loaded: LoadedProject): readonly Origin[] {
  return leavesOf(loaded.project.canonical).map(({ pointer, isWritten }) => {
    const at = loaded.project.origins.get(pointer);
    return {
      pointer,
      ...(at !== undefined && { at }),
      variables: at === undefined || !isWritten ? [] : variablesAt(at, loaded),
    };
  });
}

interface Leaf {
  readonly pointer: Pointer;
  /** Nothing, and an empty map, are not made of text: their place is that of what they belong to. */
  readonly isWritten: boolean;
}

function leavesOf(tree: Json, pointer: Pointer = ''): readonly Leaf[] {
  if (typeof tree !== 'object' || tree === null) return [{ pointer, isWritten: tree !== null }];
  const entries = Object.entries(tree);
  if (entries.length === 0) return [{ pointer, isWritten: false }];
  return entries.flatMap(([key, value]: [string, Json]) =>
    leavesOf(value, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

function variablesAt(
  { file, start, end }: Span,
  { sources, environment }: LoadedProject,
): readonly VariableOrigin[] {
  const text = sources.get(file)?.slice(start, end) ?? '';
  if (!text.includes('$')) return [];
  const names = parseTemplate(text).flatMap((part) =>
    part.kind === 'variable' ? [part.name] : [],
  );
  return [...new Set(names)].map((name): VariableOrigin => {
    const variable = environment.get(name);
    if (variable === undefined) return { kind: 'unset', name };
    return variable.at === undefined
      ? { kind: 'shell', name }
      : { kind: 'file', name, at: variable.at };
  });
}
