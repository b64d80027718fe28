import type { Json, Pointer } from '../../../model/project.ts';

/** A value of the canonical tree and where it stands; nothing stands at a place that the file does not have. */
export interface Place {
  readonly value: Json | undefined;
  readonly pointer: Pointer;
}

type Section = Readonly<Record<string, Json>>;

export function at(place: Place, ...keys: readonly string[]): Place {
  let { value, pointer } = place;
  for (const key of keys) {
    value = isSection(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    pointer = `${pointer}/${escapePointer(key)}`;
  }
  return { value, pointer };
}

export function itemsOf({ value, pointer }: Place): readonly Place[] {
  return Array.isArray(value)
    ? value.map((item: Json, index) => ({ value: item, pointer: `${pointer}/${index}` }))
    : [];
}

export function entriesOf(place: Place): readonly (readonly [key: string, value: Place])[] {
  const { value } = place;
  return isSection(value) ? Object.keys(value).map((key) => [key, at(place, key)]) : [];
}

export function exists({ value }: Place): boolean {
  return value !== undefined && value !== null;
}

/** A text, or a number or truth value as text. */
export function textOf({ value }: Place): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

export function numberOf(place: Place): number | undefined {
  const text = textOf(place);
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

export function isTrue({ value }: Place): boolean {
  return value === true || value === 'true';
}

/** Texts of a list, each with its place. */
export function textsOf(place: Place): readonly { readonly text: string; readonly place: Place }[] {
  return itemsOf(place).flatMap((item) => {
    const text = textOf(item);
    return text === undefined ? [] : [{ text, place: item }];
  });
}

/** Every place below that holds a value and nothing else below it; an empty map or list is one. */
export function* leavesOf(place: Place): Generator<Place> {
  const below = Array.isArray(place.value)
    ? itemsOf(place)
    : entriesOf(place).map(([, value]) => value);
  if (below.length === 0) yield place;
  else for (const each of below) yield* leavesOf(each);
}

/** One key as part of a JSON pointer. @see https://www.rfc-editor.org/rfc/rfc6901 */
export function escapePointer(key: string): string {
  return key.includes('~') || key.includes('/')
    ? key.replaceAll('~', '~0').replaceAll('/', '~1')
    : key;
}

function isSection(value: Json | undefined): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
