import type { Span } from '../model/diagnostic.ts';
import type { Json, Pointer } from '../model/project.ts';
import type { Entry, Node } from './node.ts';
import { inPrintedOrder, placeBelow, PRINTED, type PrintedPlace } from './printed-order.ts';

export interface Canonical {
  readonly tree: Json;
  readonly origins: ReadonlyMap<Pointer, Span>;
}

/** The model as `docker compose config` prints it, and where each part of it was written. */
export function canonicalOf(model: Node): Canonical {
  const origins = new Map<Pointer, Span>();
  const tree = jsonOf(model, { pointer: '', printed: PRINTED, at: model.at }, origins);
  return { tree, origins };
}

interface Position {
  readonly pointer: Pointer;
  readonly printed: PrintedPlace | undefined;
  /** Of the key that names the value, or of the item: short, where the value may be long. */
  readonly at: Span;
}

function jsonOf(node: Node, position: Position, origins: Map<Pointer, Span>): Json {
  const { pointer, printed, at } = position;
  switch (node.kind) {
    case 'scalar':
      origins.set(pointer, node.value === null ? at : node.at);
      return node.value;
    case 'list':
      origins.set(pointer, at);
      return node.items.map((item, index) => {
        const below = {
          pointer: `${pointer}/${index}`,
          printed: placeBelow(printed, '*'),
          at: item.at,
        };
        return jsonOf(item, below, origins);
      });
    case 'map':
      origins.set(pointer, at);
      return objectOf(node.entries, position, origins);
  }
}

function objectOf(
  entries: readonly Entry[],
  { pointer, printed }: Position,
  origins: Map<Pointer, Span>,
): Json {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const result: Record<string, Json> = {};
  for (const key of inPrintedOrder([...byKey.keys()], printed)) {
    const entry = byKey.get(key);
    if (entry === undefined) continue;
    const below = {
      pointer: `${pointer}/${escapePointer(key)}`,
      printed: placeBelow(printed, key),
      at: entry.keyAt,
    };
    const value = jsonOf(entry.value, below, origins);
    if (key === '__proto__') defineOwn(result, key, value);
    else result[key] = value;
  }
  return result;
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
