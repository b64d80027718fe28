import type { Span } from '../model/diagnostic.ts';
import type { Entry, ListNode, MapNode, Node, ScalarNode } from './node.ts';

/** Small steps through and around a tree. None of them changes the tree that it gets. */

export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** What stands under a path of keys. */
export function valueAt(node: Node | undefined, ...keys: readonly string[]): Node | undefined {
  let value = node;
  for (const key of keys) value = entryOf(value, key)?.value;
  return value;
}

export function entriesOf(node: Node | undefined): readonly Entry[] {
  return node?.kind === 'map' ? node.entries : [];
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : [];
}

/** A text, or a number or truth value as text. */
export function textOf(node: Node | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  return String(node.value);
}

export function numberOf(node: Node | undefined): number | undefined {
  const text = textOf(node);
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

export function flagOf(node: Node | undefined): boolean | undefined {
  if (node?.kind !== 'scalar') return undefined;
  if (typeof node.value === 'boolean') return node.value;
  return node.value === 'true' ? true : node.value === 'false' ? false : undefined;
}

/** Texts of a list; a single text is a list of one. */
export function textsOf(node: Node | undefined): readonly string[] {
  const items = node?.kind === 'scalar' ? [node] : itemsOf(node);
  return items.flatMap((item) => textOf(item) ?? []);
}

export function isNothing(node: Node | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null);
}

export function scalar(value: ScalarNode['value'], at: Span): ScalarNode {
  return { kind: 'scalar', value, at };
}

export function map(entries: readonly Entry[], at: Span): MapNode {
  return { kind: 'map', entries, at };
}

export function list(items: readonly Node[], at: Span): ListNode {
  return { kind: 'list', items, at };
}

/** The map with `key` set to `value`, in its old place or at the end. Anything but a map becomes one. */
export function withKey(node: Node, key: string, value: Node): MapNode {
  const present = entriesOf(node);
  const known = present.some((entry) => entry.key === key);
  const changed = present.map((entry) => (entry.key === key ? { ...entry, value } : entry));
  const entries = known ? changed : [...present, { key, keyAt: value.at, value }];
  return node.kind === 'map' ? { ...node, entries } : map(entries, node.at);
}

export function withoutKey(node: Node, key: string): Node {
  if (entryOf(node, key) === undefined || node.kind !== 'map') return node;
  return { ...node, entries: node.entries.filter((entry) => entry.key !== key) };
}

/** Each value of a map changed, keys and places kept; anything but a map stays as it is. */
export function mapValues(node: Node, change: (value: Node, entry: Entry) => Node): Node {
  if (node.kind !== 'map') return node;
  return {
    ...node,
    entries: node.entries.map((entry) => ({ ...entry, value: change(entry.value, entry) })),
  };
}

/** The value under `key` changed, where there is one. */
export function changeKey(node: Node, key: string, change: (value: Node) => Node): Node {
  const value = valueAt(node, key);
  return value === undefined ? node : withKey(node, key, change(value));
}

/** The map without `key` if nothing stands under it. */
export function withoutEmpty(node: Node, key: string): Node {
  const value = valueAt(node, key);
  return value?.kind === 'map' && value.entries.length === 0 ? withoutKey(node, key) : node;
}
