import type { Entry, Node } from './node.ts';
import { withValue } from './plain-node.ts';
import { mapChanged } from './tree.ts';

/** The node without `!reset` and `!override`; absent if it is itself to be reset. The very same node where there are none. */
export function untagged(node: Node): Node | undefined {
  if (node.tag === 'reset') return undefined;
  const inner = withCleanParts(node);
  if (inner.tag === undefined) return inner;
  const { tag: _, ...clean } = inner;
  return clean;
}

function withCleanParts(node: Node): Node {
  switch (node.kind) {
    case 'scalar':
      return node;
    case 'list': {
      const items = mapChanged(node.items, untagged);
      return items === node.items ? node : { ...node, items };
    }
    case 'map': {
      const entries = mapChanged(node.entries, cleanEntry);
      return entries === node.entries ? node : { ...node, entries };
    }
  }
}

function cleanEntry(entry: Entry): Entry | undefined {
  const clean = untagged(entry.value);
  return clean === undefined ? undefined : withValue(entry, clean);
}
