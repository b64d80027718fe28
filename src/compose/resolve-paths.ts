import { isAbsolute, join } from 'node:path';

import type { Form, Key, PathRule, SectionForm } from './language/form.ts';
import { asMap, pairsOf, spelledOut } from './long-form.ts';
import type { MapNode, Node } from './node.ts';
import { normalise } from './normalise.ts';
import { mapChanged, mapValues } from './tree.ts';

export interface PathBase {
  /** Absolute folder that relative paths are relative to. */
  readonly folder: string;
  /** What `~` stands for. Absent: it stays. */
  readonly home?: string;
}

/**
 * The tree with every path on this machine made absolute; of any form, long or short: a short form that holds a relative
 * path becomes the long one. Paths inside containers, addresses and names stay.
 */
export function resolvePaths(node: Node, form: Form, base: string | PathBase): Node {
  const where = typeof base === 'string' ? { folder: base } : base;
  return hasPaths(form) ? resolved(node, form, where) : node;
}

function resolved(node: Node, form: Form, base: PathBase): Node {
  if (form.is === 'section') return resolvedSection(node, form, base);
  if (form.is === 'map') {
    const map = asMap(node, form);
    return map.kind === 'map' ? mapValues(map, (value) => resolved(value, form.of, base)) : node;
  }
  if (form.is !== 'list') return node;
  if (node.kind === 'scalar') return form.single ? resolved(node, form.of, base) : node;
  if (node.kind !== 'list') return node;
  const items = mapChanged(node.items, (item) => resolved(item, form.of, base));
  return items === node.items ? node : { ...node, items };
}

function resolvedSection(node: Node, form: SectionForm, base: PathBase): Node {
  const long = spelledOut(node, form);
  if (long.kind !== 'map') return node;
  const keys = keysWithPaths(form);
  const after = mapValues(long, (value, { key }) => {
    const known = keys.get(key);
    if (known === undefined) return value;
    if (known.path === undefined) return resolved(value, known.form, base);
    return resolvedByRule(value, known.form, { rule: known.path, section: long, base });
  });
  return after === long ? node : after;
}

interface Place {
  readonly rule: PathRule;
  /** What the key stands in. */
  readonly section: MapNode;
  readonly base: PathBase;
}

function resolvedByRule(node: Node, form: Form, { rule, section, base }: Place): Node {
  switch (rule) {
    case 'bind-source':
      return textAt(section, 'type') === 'bind'
        ? everyText(node, (text) => absolute(text, base))
        : node;
    case 'bind-device': {
      if (
        textAt(section, 'driver') !== 'local' ||
        node.kind !== 'map' ||
        textAt(node, 'o') !== 'bind'
      )
        return node;
      return mapValues(node, (value, { key }) =>
        key === 'device' ? everyText(value, (text) => absolute(text, base)) : value,
      );
    }
    case 'file':
    case 'context': {
      const change = (text: string): string =>
        rule === 'context' && isAddress(text) ? text : absolute(text, base);
      const pairs = form.is === 'pairs' && node.kind === 'list' ? pairsOf(node, form) : undefined;
      if (pairs === undefined) return everyText(node, change);
      const entries = pairs.map(({ entry }) => entry);
      const placed = everyText({ kind: 'map', entries, at: node.at }, change);
      return normalise(placed, form);
    }
  }
}

function everyText(node: Node, change: (text: string) => string): Node {
  switch (node.kind) {
    case 'scalar': {
      if (typeof node.value !== 'string') return node;
      const value = change(node.value);
      return value === node.value ? node : { ...node, value };
    }
    case 'list':
      return { ...node, items: node.items.map((item) => everyText(item, change)) };
    case 'map':
      return mapValues(node, (value) => everyText(value, change));
  }
}

function absolute(path: string, { folder, home }: PathBase): string {
  if (path === '' || isAbsolute(path) || /^([a-zA-Z]:[\\/]|\\\\)/.test(path)) return path;
  if (path.startsWith('~')) return home === undefined ? path : join(home, path.slice(1));
  return join(folder, path).replace(/(?<=.)\/$/, '');
}

/** @see https://docs.docker.com/build/concepts/context/ */
function isAddress(context: string): boolean {
  return context.includes('://') || /^(service:|github\.com\/|git@)/.test(context);
}

function textAt(map: MapNode, key: string): string | undefined {
  const value = map.entries.find((entry) => entry.key === key)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}

const WITH_PATHS = new WeakMap<SectionForm, ReadonlyMap<string, Key>>();

function keysWithPaths(form: SectionForm): ReadonlyMap<string, Key> {
  const known = WITH_PATHS.get(form);
  if (known !== undefined) return known;
  const found = Object.entries(form.keys).filter(
    ([, key]) => key.path !== undefined || hasPaths(key.form),
  );
  const keys = new Map(found);
  WITH_PATHS.set(form, keys);
  return keys;
}

/** Is there a path anywhere below? */
function hasPaths(form: Form): boolean {
  if (form.is === 'section') return keysWithPaths(form).size > 0;
  return (form.is === 'map' || form.is === 'list') && hasPaths(form.of);
}
