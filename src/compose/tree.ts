import type { Span } from '../model/diagnostic.ts';
import type { Entry, ListNode, MapNode, Node, ScalarNode } from './node.ts';
import { withValue } from './plain-node.ts';

/** Small steps through and around a tree. None of them changes the tree that it gets. */

const NONE: readonly never[] = [];

export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  if (node?.kind !== 'map') return undefined;
  // Asked for dozens of keys of every service: by index, without an iterator that makes an object at each step.
  const { entries } = node;
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index];
    if (entry?.key === key) return entry;
  }
  return undefined;
}

/** What stands under a key, or under a key below it. */
export function valueAt(node: Node | undefined, key: string, below?: string): Node | undefined {
  // Without a list of keys, which would be made anew for each of dozens of questions about every service.
  const value = entryOf(node, key)?.value;
  return below === undefined ? value : entryOf(value, below)?.value;
}

export function entriesOf(node: Node | undefined): readonly Entry[] {
  return node?.kind === 'map' ? node.entries : NONE;
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : NONE;
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
  const texts = items.map(textOf);
  return texts.every(isText) ? texts : texts.filter(isText);
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
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
  const entries =
    entryOf(node, key) === undefined
      ? [...present, { key, keyAt: value.at, value }]
      : present.map((entry) => (entry.key === key ? withValue(entry, value) : entry));
  return node.kind === 'map' ? { ...node, entries } : map(entries, node.at);
}

export function withoutKey(node: Node, key: string): Node {
  if (entryOf(node, key) === undefined || node.kind !== 'map') return node;
  return { ...node, entries: node.entries.filter((entry) => entry.key !== key) };
}

/** Each value of a map changed, keys and places kept; anything but a map stays as it is. */
export function mapValues<Each extends Node>(
  node: Each,
  change: (value: Node, entry: Entry) => Node,
): Each {
  if (node.kind !== 'map') return node;
  const entries = mapChanged(node.entries, (entry) => withValue(entry, change(entry.value, entry)));
  return entries === node.entries ? node : { ...node, entries };
}

/**
 * The very same list where nothing changed: most of a file passes most stages as it is, and costs nothing there.
 *
 * @param change Gives nothing for what is to be left out.
 */
export function mapChanged<Item extends object>(
  items: readonly Item[],
  change: (item: Item) => Item | undefined,
): readonly Item[] {
  let changed: Item[] | undefined;
  let kept = 0;
  // By index: it runs for every map and list of every file, and a function for each of them is made and thrown away.
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    const after = item === undefined ? undefined : change(item);
    if (after !== item) changed ??= items.slice();
    if (after === undefined) continue;
    if (changed !== undefined) changed[kept] = after;
    kept += 1;
  }
  if (changed === undefined) return items;
  return kept === items.length ? changed : changed.slice(0, kept);
}

/** The value under `key` changed, where there is one. */
export function changeKey(node: Node, key: string, change: (value: Node) => Node): Node {
  const value = valueAt(node, key);
  if (value === undefined) return node;
  const after = change(value);
  return after === value ? node : withKey(node, key, after);
}

/** The map without `key` if nothing stands under it. */
export function withoutEmpty(node: Node, key: string): Node {
  const value = valueAt(node, key);
  return value?.kind === 'map' && value.entries.length === 0 ? withoutKey(node, key) : node;
}
