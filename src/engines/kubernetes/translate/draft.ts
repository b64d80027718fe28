import type { Json, Pointer } from '../../../model/project.ts';
import type { Place } from './place.ts';

/** An object in the making: what is not there is left out, and values know what they were made of. */
export type Draft =
  | null
  | boolean
  | number
  | string
  | undefined
  | Traced
  | readonly Draft[]
  | DraftMap;

export type DraftMap = { readonly [key: string]: Draft };

export type DraftObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: DraftMap & { readonly name: string };
} & DraftMap;

/** A value with its sources: leaves of the canonical tree, or the reason why it is there although nobody wrote it. */
export class Traced {
  readonly value: Draft;
  readonly sources: readonly Pointer[];
  /** Why it is there although nobody wrote it. */
  readonly why: string | undefined;

  constructor(value: Draft, sources: readonly Pointer[], why?: string) {
    this.value = value;
    this.sources = sources;
    this.why = why;
  }
}

/** `value`, made of what stands at `places`; nothing stays nothing. */
export function from(value: Draft, ...places: readonly Place[]): Draft {
  return value === undefined
    ? undefined
    : new Traced(
        value,
        places.map(({ pointer }) => pointer),
      );
}

/** `value`, which nobody wrote. */
export function assumed(value: Json, why: string): Draft {
  return new Traced(value, [], why);
}

/** The list, or nothing where it is empty. */
export function filled<T extends Draft>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** The map, or nothing where no key has a value. */
export function filledMap(map: DraftMap): DraftMap | undefined {
  return Object.values(map).every((value) => value === undefined) ? undefined : map;
}
