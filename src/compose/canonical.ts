import type { Span } from '../model/diagnostic.ts';
import type { Json, Origins, Pointer } from '../model/project.ts';
import type { Entry, Node } from './node.ts';
import { inPrintedOrder, placeBelow, PRINTED, type PrintedPlace } from './printed-order.ts';

export interface Canonical {
  readonly tree: Json;
  readonly origins: Origins;
}

/** The model as `docker compose config` prints it, and where each part of it was written. */
export function canonicalOf(model: Node): Canonical {
  return { tree: jsonOf(model, PRINTED), origins: originsIn(model) };
}

function jsonOf(node: Node, printed: PrintedPlace | undefined): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list': {
      const place = placeBelow(printed, '*');
      return node.items.map((item) => jsonOf(item, place));
    }
    case 'map':
      return objectOf(node.entries, printed);
  }
}

function objectOf(entries: readonly Entry[], printed: PrintedPlace | undefined): Json {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const result: Record<string, Json> = {};
  for (const key of inPrintedOrder([...byKey.keys()], printed)) {
    const entry = byKey.get(key);
    if (entry === undefined) continue;
    const value = jsonOf(entry.value, placeBelow(printed, key));
    if (key === '__proto__') defineOwn(result, key, value);
    else result[key] = value;
  }
  return result;
}

/** Written down when somebody asks for the first time: most projects have nothing to point at. */
function originsIn(model: Node): Origins {
  let known: ReadonlyMap<Pointer, Span> | undefined;
  return {
    get: (pointer) => {
      known ??= new Map(placesIn(model, { pointer: '', at: model.at }));
      return known.get(pointer);
    },
  };
}

interface Position {
  readonly pointer: Pointer;
  /** Of the key that names the value, or of the item: short, where the value may be long. */
  readonly at: Span;
}

function* placesIn(node: Node, { pointer, at }: Position): Generator<readonly [Pointer, Span]> {
  switch (node.kind) {
    case 'scalar':
      yield [pointer, node.value === null ? at : node.at];
      return;
    case 'list':
      yield [pointer, at];
      for (const [index, item] of node.items.entries())
        yield* placesIn(item, { pointer: `${pointer}/${index}`, at: item.at });
      return;
    case 'map':
      yield [pointer, at];
      for (const { key, keyAt, value } of node.entries)
        yield* placesIn(value, { pointer: `${pointer}/${escapePointer(key)}`, at: keyAt });
  }
}

/** Assigning to `__proto__` would set the prototype and lose the key. */
function defineOwn(object: Record<string, Json>, key: string, value: Json): void {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

/** One key as part of a JSON pointer. @see https://www.rfc-editor.org/rfc/rfc6901 */
function escapePointer(key: string): string {
  return key.includes('~') || key.includes('/')
    ? key.replaceAll('~', '~0').replaceAll('/', '~1')
    : key;
}
