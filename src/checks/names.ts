import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { Json, Pointer, Project } from '../model/project.ts';
import { nearest, onlyNearest } from '../model/nearest.ts';
import type { Facts } from './check.ts';
import { replacing } from './written.ts';

/** A place in the canonical tree; whoever wrote nothing there is not to blame. */
export function originOf(project: Project, ...keys: readonly string[]): Span | undefined {
  const pointer: Pointer = keys
    .map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
  return project.origins.get(pointer);
}

/** Keys of a map of the canonical tree; none where there is no map. */
export function keysAt(project: Project, ...keys: readonly string[]): readonly string[] {
  const value = valueAt(project, ...keys);
  return isObject(value) ? Object.keys(value) : [];
}

export function valueAt(project: Project, ...keys: readonly string[]): Json | undefined {
  let value: Json | undefined = project.canonical;
  // Asked for a dozen places of every service: by index, without an iterator.
  for (let index = 0; index < keys.length && value !== undefined; index += 1) {
    const key = keys[index] ?? '';
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface Missing {
  readonly code: Diagnostic['code'];
  /** As in `web depends on`. */
  readonly who: string;
  /** As in `service`. */
  readonly what: string;
  readonly name: string;
  readonly known: readonly string[];
  readonly at: Span | undefined;
  /** What to do when no name is near. */
  readonly otherwise: string;
}

/** A name that is used and declared nowhere. */
export function missing(
  { code, who, what, name, known, at, otherwise }: Missing,
  facts: Pick<Facts, 'sources'>,
): Diagnostic {
  const near = nearest(name, known);
  const list = known.length === 0 ? '' : ` There is ${known.slice(0, 20).join(', ')}.`;
  return {
    code,
    severity: 'error',
    message: `${who} "${name}", but there is no such ${what}`,
    help: near === undefined ? `${otherwise}${list}` : `Did you mean ${near}?${list}`,
    ...(at !== undefined &&
      (near === undefined
        ? { at }
        : withoutDoubt(
            near === onlyNearest(name, known),
            replacing({ part: name, by: near }, at, facts),
          ))),
  };
}

/** Of two names that are equally near neither is written. */
function withoutDoubt(
  certain: boolean,
  { at, fix }: Pick<Diagnostic, 'fix'> & { readonly at: Span },
): Pick<Diagnostic, 'fix' | 'at'> {
  return { at, ...(certain && fix !== undefined && { fix }) };
}
