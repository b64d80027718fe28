import type { Span } from '../model/diagnostic.ts';
import type { Json, Origins } from '../model/project.ts';
import { setOwn } from '../model/set-own.ts';
import type { Entry, MapNode, Node } from './node.ts';
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
  const result: Record<string, Json> = {};
  inPrintedOrder(entries, printed).forEach(({ key, value: node }) => {
    // Most values are scalars, which have no place below.
    const value = node.kind === 'scalar' ? node.value : jsonOf(node, placeBelow(printed, key));
    setOwn(result, key, value);
  });
  return result;
}

/** Looked up in the model: few ask, and few places are asked for. */
function originsIn(model: Node): Origins {
  const entriesOf = entryFinder();
  return {
    get: (pointer) => {
      const [, ...keys] = pointer.split('/');
      let node: Node | undefined = model;
      let at: Span | undefined = model.at;
      for (const key of keys) {
        const entry: Entry | undefined =
          node?.kind === 'map' ? entriesOf(node).get(unescapePointer(key)) : undefined;
        const item: Node | undefined = node?.kind === 'list' ? node.items[Number(key)] : undefined;
        node = entry?.value ?? item;
        at = entry?.keyAt ?? item?.at;
      }
      // A key that names the value is short, where the value may be long.
      return node?.kind === 'scalar' && node.value !== null ? node.at : at;
    },
  };
}

/** Entries of a map by key; there may be thousands of services, and each is asked for. */
function entryFinder(): (map: MapNode) => ReadonlyMap<string, Entry> {
  const known = new Map<MapNode, ReadonlyMap<string, Entry>>();
  return (map) => {
    const found = known.get(map) ?? new Map(map.entries.map((entry) => [entry.key, entry]));
    known.set(map, found);
    return found;
  };
}

/** A key from one part of a JSON pointer. @see https://www.rfc-editor.org/rfc/rfc6901 */
function unescapePointer(part: string): string {
  return part.includes('~') ? part.replaceAll('~1', '/').replaceAll('~0', '~') : part;
}
