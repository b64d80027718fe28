import type { RenderedObject } from '../../../model/rendered-object.ts';
import type { Json, Pointer } from '../../../model/project.ts';
import { setOwn } from '../../../model/set-own.ts';
import type { Assumption, ObjectPlace } from '../../../model/translation.ts';
import { type Draft, type DraftObject, Traced } from './draft.ts';
import { escapePointer } from './place.ts';

/** The object itself: without what is not there, and without the sources of its values. */
export function settled(draft: DraftObject): RenderedObject {
  // A draft has the required keys, and settling keeps them.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made of a draft on this line
  return plain(draft) as RenderedObject;
}

function plain(draft: Draft): Json {
  if (draft instanceof Traced) return plain(draft.value);
  if (isList(draft)) return draft.map(plain);
  if (typeof draft !== 'object' || draft === null) return draft ?? null;
  const result: Record<string, Json> = {};
  for (const key of Object.keys(draft)) {
    const value = draft[key];
    if (value !== undefined) setOwn(result, key, plain(value));
  }
  return result;
}

function isList(draft: Draft): draft is readonly Draft[] {
  return Array.isArray(draft);
}

export interface Traces {
  /** Where each source went. */
  readonly places: ReadonlyMap<Pointer, readonly ObjectPlace[]>;
  readonly assumptions: readonly Assumption[];
}

/** Follows every value of the objects back to its sources. */
export function tracesOf(drafts: readonly DraftObject[]): Traces {
  const places = new Map<Pointer, ObjectPlace[]>();
  const assumptions: Assumption[] = [];
  const visit = (draft: Draft, here: ObjectPlace): void => {
    if (draft instanceof Traced) {
      for (const source of draft.sources) {
        const known = places.get(source);
        if (known === undefined) places.set(source, [here]);
        else known.push(here);
      }
      if (draft.why !== undefined)
        assumptions.push({ ...here, value: plain(draft.value), why: draft.why });
      visit(draft.value, here);
    } else if (Array.isArray(draft)) {
      for (const [index, item] of draft.entries()) visit(item, below(here, String(index)));
    } else if (typeof draft === 'object' && draft !== null) {
      for (const [key, value] of Object.entries(draft)) visit(value, below(here, key));
    }
  };
  for (const draft of drafts)
    visit(draft, { object: `${draft.kind}/${draft.metadata.name}`, pointer: '' });
  return { places, assumptions };
}

function below({ object, pointer }: ObjectPlace, key: string): ObjectPlace {
  return { object, pointer: `${pointer}/${escapePointer(key)}` };
}
