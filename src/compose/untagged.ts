import type { Node } from './node.ts';

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
  if (node.kind === 'list') {
    const items = node.items.map(untagged);
    if (items.every((item, i) => item === node.items[i])) return node;
    return { ...node, items: items.filter((item) => item !== undefined) };
  }
  const values = node.entries.map(({ value }) => untagged(value));
  if (values.every((value, i) => value === node.entries[i]?.value)) return node;
  const entries = node.entries.flatMap((entry, i) => {
    const value = values[i];
    return value === undefined ? [] : [{ ...entry, value }];
  });
  return { ...node, entries };
}
