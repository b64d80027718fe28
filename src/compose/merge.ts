import {
  any,
  type Form,
  type ListForm,
  type MapForm,
  type PairsForm,
  type SectionForm,
} from './language/form.ts';
import { asList, asMap, pairsOf, spelledOut, type Pair } from './long-form.ts';
import type { Entry, ListNode, MapNode, Node } from './node.ts';
import { withValue } from './plain-node.ts';
import { untagged } from './untagged.ts';

/**
 * What two files say together: `above` was read later. Maps merge, lists append, everything else is replaced, unless the
 * form says otherwise. `!reset` in `above` takes away, `!override` replaces; neither is left in the result.
 * Each leaf keeps the place where it was written. Wrong forms are no problem: the later file wins.
 *
 * @see https://github.com/compose-spec/compose-spec/blob/main/13-merge.md
 */
export function merge(below: Node, above: Node, form: Form): Node {
  return together(below, above, form) ?? { kind: 'scalar', value: null, at: above.at };
}

function together(below: Node, above: Node, form: Form): Node | undefined {
  if (above.tag !== undefined || form.is === 'words' || isEmpty(below)) return untagged(above);
  if (isEmpty(above)) return below;
  switch (form.is) {
    case 'section':
      return mergeSections(below, above, form);
    case 'map':
      return mergeMaps(below, above, form);
    case 'pairs':
      return mergePairs(below, above, form);
    case 'list':
      return mergeLists(below, above, form);
    case 'scalar':
      return untagged(above);
    case 'either':
    case 'any':
      return mergeByShape(below, above);
  }
}

function mergeSections(below: Node, above: Node, form: SectionForm): Node | undefined {
  const [low, high] = [spelledOut(below, form), spelledOut(above, form)];
  if (low.kind !== 'map' || high.kind !== 'map') return untagged(above);
  if (form.mergesWithSame !== undefined && differ(low, high, form.mergesWithSame))
    return untagged(above);
  return mergeEntries(low, high, (key) =>
    Object.hasOwn(form.keys, key) ? form.keys[key]?.form : undefined,
  );
}

function mergeMaps(below: Node, above: Node, form: MapForm): Node | undefined {
  const [low, high] = [asMap(below, form), asMap(above, form)];
  if (low.kind !== 'map' || high.kind !== 'map') return untagged(above);
  return mergeEntries(low, high, () => form.of);
}

/** What no form describes: `x-…` keys, and what will be found to be wrong. */
function mergeByShape(below: Node, above: Node): Node | undefined {
  if (below.kind === 'map' && above.kind === 'map') return mergeEntries(below, above, () => any);
  const high = untagged(above);
  if (below.kind === 'list' && high?.kind === 'list') return append(below, high, () => undefined);
  return high;
}

function mergeEntries(
  below: MapNode,
  above: MapNode,
  formOf: (key: string) => Form | undefined,
): MapNode {
  const entries = new Map(below.entries.map((entry) => [entry.key, entry]));
  for (const entry of above.entries) {
    const old = entries.get(entry.key);
    const value =
      old === undefined
        ? untagged(entry.value)
        : together(old.value, entry.value, formOf(entry.key) ?? any);
    if (value === undefined) entries.delete(entry.key);
    else if (value !== old?.value) entries.set(entry.key, withValue(entry, value));
  }
  return { kind: 'map', entries: [...entries.values()], at: above.at };
}

function mergePairs(below: Node, above: Node, form: PairsForm): Node | undefined {
  const [low, high] = [pairsOf(below, form), pairsOf(withoutTags(above), form)];
  if (low === undefined || high === undefined) return untagged(above);
  if (form.many) return listOfLines([...low, ...high], above);
  const entries = new Map<string, Entry>();
  for (const { entry } of [...low, ...high]) entries.set(entry.key, entry);
  for (const key of resetKeys(above)) entries.delete(key);
  return { kind: 'map', entries: [...entries.values()], at: above.at };
}

function listOfLines(pairs: readonly Pair[], { at }: Node): ListNode {
  const lines = new Map(pairs.map(({ line, entry }) => [line, entry.value.at]));
  return {
    kind: 'list',
    items: [...lines].map(([value, place]) => ({ kind: 'scalar', value, at: place })),
    at,
  };
}

function mergeLists(below: Node, above: Node, form: ListForm): Node | undefined {
  const [low, high] = [asList(below, form.single), asList(withoutTags(above), form.single)];
  if (low.kind !== 'list' || high.kind !== 'list' || form.merge === 'replace')
    return untagged(above);
  const identity = form.identity ?? (() => undefined);
  if (form.merge === 'append') return append(low, high, identity);
  const old = new Map(low.items.map((item) => [identity(item), item]));
  const items = high.items.map((item) => {
    const same = old.get(identity(item));
    return same === undefined ? item : merge(same, item, form.of);
  });
  return { kind: 'list', items, at: above.at };
}

/** Items of `above` take the place of those that are the same thing below; the others are added, equal ones once. */
function append(
  below: ListNode,
  above: ListNode,
  identity: (item: Node) => string | undefined,
): ListNode {
  const items = [...below.items];
  const known = new Set(items.map(fingerprint));
  const places = new Map<string, number>();
  for (const [place, item] of items.entries()) {
    const same = identity(item);
    if (same !== undefined) places.set(same, place);
  }
  for (const item of above.items) {
    const same = identity(item);
    const place = same === undefined ? undefined : places.get(same);
    if (place !== undefined) items[place] = item;
    else if (!known.has(fingerprint(item))) items.push(item);
  }
  return { kind: 'list', items, at: above.at };
}

function fingerprint(node: Node): string {
  switch (node.kind) {
    case 'scalar':
      return `${typeof node.value} ${JSON.stringify(node.value)}`;
    case 'list':
      return `[${node.items.map(fingerprint).join()}]`;
    case 'map': {
      const entries = node.entries.map(
        ({ key, value }) => `${JSON.stringify(key)}:${fingerprint(value)}`,
      );
      return `{${entries.toSorted().join()}}`;
    }
  }
}

function withoutTags(node: Node): Node {
  return untagged(node) ?? node;
}

function resetKeys(node: Node): readonly string[] {
  if (node.kind !== 'map') return [];
  return node.entries.filter(({ value }) => value.tag === 'reset').map(({ key }) => key);
}

function differ(below: MapNode, above: MapNode, key: string): boolean {
  const [low, high] = [below, above].map(
    (node) => node.entries.find((entry) => entry.key === key)?.value,
  );
  if (low === undefined || high === undefined) return false;
  return fingerprint(low) !== fingerprint(high);
}

function isEmpty(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}
