import type { Entry, ListNode, MapNode, Node } from './node.ts';
import { withValue } from './plain-node.ts';

/** The node without `!reset` and `!override`; absent if it is itself to be reset. The very same node where there are none. */
export function untagged(node: Node): Node | undefined {
  if (node.tag === 'reset') return undefined;
  const inner = withCleanParts(node);
  if (inner.tag === undefined) return inner;
  const { tag: _, ...clean } = inner;
  return clean;
}

function withCleanParts(node: Node): Node {
  if (node.kind === 'scalar') return node;
  return node.kind === 'list' ? withCleanItems(node) : withCleanEntries(node);
}

function withCleanItems(node: ListNode): Node {
  let items: Node[] | undefined;
  node.items.forEach((item, index) => {
    const clean = untagged(item);
    if (clean === item) items?.push(item);
    else {
      items ??= node.items.slice(0, index);
      if (clean !== undefined) items.push(clean);
    }
  });
  return items === undefined ? node : { ...node, items };
}

function withCleanEntries(node: MapNode): Node {
  let entries: Entry[] | undefined;
  node.entries.forEach((entry, index) => {
    const clean = untagged(entry.value);
    if (clean === entry.value) entries?.push(entry);
    else {
      entries ??= node.entries.slice(0, index);
      if (clean !== undefined) entries.push(withValue(entry, clean));
    }
  });
  return entries === undefined ? node : { ...node, entries };
}
