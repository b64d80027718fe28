import type { Node } from '../../compose/node.ts';
import type { KubernetesObject } from '../../engines/kubernetes/object.ts';
import type { Span } from '../../model/diagnostic.ts';
import type { Json } from '../../model/project.ts';

/** One object of a file, as it was written and as the cluster gets it. */
export interface Manifest {
  readonly object: KubernetesObject;
  readonly node: Node;
}

/** YAML as the tools of Kubernetes read it, 1.1: unquoted, these are truth values. */
const TRUE = /^(?:y|Y|yes|Yes|YES|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|off|Off|OFF)$/;

export function jsonOf(node: Node): Json {
  switch (node.kind) {
    case 'scalar': {
      const { value, quoted } = node;
      if (typeof value !== 'string' || quoted === true) return value;
      return TRUE.test(value) ? true : FALSE.test(value) ? false : value;
    }
    case 'list':
      return node.items.map(jsonOf);
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, jsonOf(value)]));
  }
}

/** The value under `keys`, as far as there is one. */
export function at(node: Node, ...keys: readonly string[]): Node | undefined {
  let found: Node | undefined = node;
  for (const key of keys) {
    if (found?.kind !== 'map') return undefined;
    found = found.entries.find((entry) => entry.key === key)?.value;
  }
  return found;
}

const PART = /\.?([^.[\]]+)|\[([^\]]*)\]/g;

/**
 * Where a field is written, or, where it is not, what it would be in. Knows both manners of the API:
 * `spec.containers[0].image` and `.spec.containers[name="web"].image`.
 */
export function placeOfField(node: Node, field: string): Span {
  let place = keyPlace(node);
  let current: Node = node;
  for (const [, key, index] of field.matchAll(PART)) {
    const next = key === undefined ? entryOf(current, index ?? '') : childOf(current, key);
    if (next === undefined) return place;
    current = next.node;
    place = next.place;
  }
  return place;
}

interface Step {
  readonly node: Node;
  readonly place: Span;
}

function childOf(node: Node, key: string): Step | undefined {
  if (node.kind !== 'map') return undefined;
  const entry = node.entries.find((each) => each.key === key);
  return entry === undefined ? undefined : { node: entry.value, place: entry.keyAt };
}

/** `0`, or `name="web"`, or `port=80,protocol="TCP"`. */
function entryOf(node: Node, index: string): Step | undefined {
  if (node.kind === 'map') return childOf(node, index.replaceAll('"', ''));
  if (node.kind !== 'list') return undefined;
  if (/^\d+$/.test(index)) return stepTo(node.items[Number(index)]);
  const [first = ''] = index.split(',');
  const [key = '', value = ''] = first.split('=');
  return stepTo(
    node.items.find((item) => {
      const found = at(item, key);
      return found?.kind === 'scalar' && String(found.value) === value.replaceAll('"', '');
    }),
  );
}

function stepTo(node: Node | undefined): Step | undefined {
  return node === undefined ? undefined : { node, place: keyPlace(node) };
}

/** The first key of a map rather than the whole of it: a place to look at. */
function keyPlace(node: Node): Span {
  return node.kind === 'map' ? (node.entries[0]?.keyAt ?? node.at) : node.at;
}
