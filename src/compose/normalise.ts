import type {
  Form,
  Key,
  ListForm,
  MapForm,
  PairsForm,
  ScalarForm,
  SectionForm,
} from './language/form.ts';
import { readCommand } from './language/read-words.ts';
import {
  asList,
  asMap,
  comesFrom,
  pairsOf,
  spelledOut,
  textOfScalar,
  type Pair,
} from './long-form.ts';
import type { Entry, MapNode, Node, ScalarNode } from './node.ts';
import { nodeOf, withValue } from './plain-node.ts';
import { shapeOf } from './shape-of.ts';
import { mapChanged, mapValues } from './tree.ts';

type Normalising = 'whole' | 'base' | 'written';

/**
 * The canonical model, as `docker compose config --format json` prints it: long forms only, scalars cast to the type that the
 * key has, durations and sizes in Go's spelling, defaults that Compose writes out, and without what says nothing (empty
 * text, 0, false, empty lists), except where that differs from an absent key. What is true unless said otherwise
 * (`bind.create_host_path`, `env_file.required`) is left out when true.
 *
 * What cannot be read stays as it is: `validate` has said why. To normalise twice changes nothing.
 *
 * @param how `base`: without defaults, for what others are merged into, or a default would win over what they say.
 * `written`: values stay as they are written, for variables may still stand in them.
 */
export function normalise(node: Node, form: Form, how: Normalising = 'whole'): Node {
  const normal = normalised(node, form, how);
  return node.tag === undefined || normal === node ? normal : { ...normal, tag: node.tag };
}

function normalised(node: Node, form: Form, how: Normalising): Node {
  switch (form.is) {
    case 'scalar':
      if (how === 'written') return node;
      return node.kind === 'scalar' && comesFrom(node, form.from) ? readWith(node, form) : node;
    case 'words':
      return how === 'written' ? node : normaliseWords(node, form.probe);
    case 'list':
      return normaliseList(node, form, how);
    case 'map':
      return normaliseMap(node, form, how);
    case 'pairs':
      return how === 'written' ? node : normalisePairs(node, form);
    case 'section':
      return normaliseSection(node, form, how);
    case 'either':
      return normalise(node, shapeOf(node, form.forms) ?? { is: 'any' }, how);
    case 'any':
      return node;
  }
}

function readWith(node: ScalarNode, form: ScalarForm): Node {
  const reading = form.read(form.asText === true ? textOfScalar(node) : (node.value ?? ''));
  if (reading.kind === 'refused' || reading.value === node.value) return node;
  return nodeOf(reading.value, node.at);
}

function normaliseWords(node: Node, probe: boolean): Node {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return node;
  if (probe) return nodeOf(['CMD-SHELL', node.value], node.at);
  const reading = readCommand(node.value);
  return reading.kind === 'read' ? nodeOf(reading.value, node.at) : node;
}

function normaliseList(node: Node, form: ListForm, how: Normalising): Node {
  const alone = how === 'written' && form.of.is === 'scalar';
  const list = asList(node, form.single && !alone);
  if (list.kind !== 'list') return node;
  const written =
    form.dropsEmpty === true ? list.items.filter((item) => !isEmptyText(item)) : list.items;
  const spelled = form.of.is === 'section' ? spelledOutItems(written, form.of) : written;
  const items = mapChanged(spelled, (item) => normalise(item, form.of, how));
  const distinct = form.identity === undefined ? items : lastOfEach(items, form.identity);
  return distinct === list.items ? list : { kind: 'list', items: distinct, at: list.at };
}

/** A short form may stand for several. */
function spelledOutItems(items: readonly Node[], form: SectionForm): readonly Node[] {
  if (form.short === undefined || items.every(({ kind }) => kind !== 'scalar')) return items;
  const spelled: Node[] = [];
  items.forEach((item) => {
    const long = spelledOut(item, form);
    if (long.kind === 'list' && item.kind === 'scalar')
      long.items.forEach((each) => spelled.push(each));
    else spelled.push(long);
  });
  return spelled;
}

/** Of several that are the same thing the last, in the place of the first. */
function lastOfEach(
  items: readonly Node[],
  identity: (item: Node) => string | undefined,
): readonly Node[] {
  if (items.length < 2) return items;
  const found = new Map<string | Node, Node>();
  for (const item of items) found.set(identity(item) ?? item, item);
  return [...found.values()];
}

function normaliseMap(node: Node, form: MapForm, how: Normalising): Node {
  const map = asMap(node, form);
  return map.kind === 'map' ? mapValues(map, (value) => normalise(value, form.of, how)) : node;
}

function normalisePairs(node: Node, form: PairsForm): Node {
  if (node.kind === 'map' && form.canonical === 'map' && !form.many)
    return mapValues(node, (value) => valueOf(value, form));
  const pairs = pairsOf(node, form);
  if (pairs === undefined) return node;
  if (form.canonical === 'list') return linesOf(pairs, node, form);
  const entries = new Map<string, Entry>();
  for (const { entry } of pairs)
    entries.set(entry.key, withValue(entry, valueOf(entry.value, form)));
  return { kind: 'map', entries: [...entries.values()], at: node.at };
}

function valueOf(value: Node, { missing }: PairsForm): Node {
  if (value.kind !== 'scalar') return value;
  if (value.value === null)
    return missing === 'empty' ? { kind: 'scalar', value: '', at: value.at } : value;
  return typeof value.value === 'string'
    ? value
    : { kind: 'scalar', value: textOfScalar(value), at: value.at };
}

/** `key=value` lines; where a key may have several values they stand one by one, sorted, addresses without brackets. */
function linesOf(pairs: readonly Pair[], { at, kind }: Node, { many }: PairsForm): Node {
  const lines = pairs.flatMap(({ entry: { key, value } }) => {
    if (value.kind !== 'scalar') return [];
    const text = textOfScalar(value);
    if (!many) return [{ line: value.value === null ? key : `${key}: ${text}`, at: value.at }];
    const texts = kind === 'list' ? text.split(',') : [text];
    return texts.map((each) => ({
      line: `${key}=${each.replace(/^\[(.+)\]$/, '$1')}`,
      at: value.at,
    }));
  });
  const sorted = many
    ? lines.toSorted((one, other) => (one.line < other.line ? -1 : one.line > other.line ? 1 : 0))
    : lines;
  return {
    kind: 'list',
    items: sorted.map(({ line, at: place }) => ({ kind: 'scalar', value: line, at: place })),
    at,
  };
}

function normaliseSection(node: Node, form: SectionForm, how: Normalising): Node {
  const long =
    form.empty === 'section' && isNull(node) ? nodeOf({}, node.at) : spelledOut(node, form);
  if (long.kind !== 'map') return long;
  if (form.standsFor !== undefined) return { kind: 'scalar', value: form.standsFor, at: long.at };
  const normal = mapChanged(long.entries, (entry) => normalEntry(entry, form, how));
  const said = how === 'written' ? joined(normal, trueOnes(long, form)) : normal;
  const entries = how === 'base' ? said : joined(said, filled(long, said, form));
  return entries === long.entries ? long : { kind: 'map', entries, at: long.at };
}

/** Absent when it says no more than an absent key would. */
function normalEntry(entry: Entry, { keys }: SectionForm, how: Normalising): Entry | undefined {
  const key = Object.hasOwn(keys, entry.key) ? keys[entry.key] : undefined;
  if (key === undefined) return entry;
  const value = normalise(entry.value, key.form, how);
  return how !== 'written' && saysNothing(value, key) ? undefined : withValue(entry, value);
}

function joined(entries: readonly Entry[], more: readonly Entry[]): readonly Entry[] {
  return more.length === 0 ? entries : [...entries, ...more];
}

const NOTHING: readonly Entry[] = [];

function filled(section: MapNode, entries: readonly Entry[], form: SectionForm): readonly Entry[] {
  const fills = fillsOf(form);
  if (fills.length === 0) return NOTHING;
  const more: Entry[] = [];
  fills.forEach(({ key, fill }) => {
    const value = entries.some((entry) => entry.key === key) ? undefined : fill(section);
    if (value !== undefined)
      more.push({ key, keyAt: section.at, value: nodeOf(value, section.at) });
  });
  return more;
}

/** What is true unless said otherwise, for a model in which nothing is left out. */
function trueOnes({ entries, at }: MapNode, { keys }: SectionForm): readonly Entry[] {
  return Object.entries(keys).flatMap(([key, { leftOut }]) =>
    leftOut !== 'true' || entries.some((entry) => entry.key === key)
      ? []
      : [{ key, keyAt: at, value: nodeOf(true, at) }],
  );
}

interface Fill {
  readonly key: string;
  readonly fill: NonNullable<Key['fill']>;
}

const FILLS = new WeakMap<SectionForm, readonly Fill[]>();

function fillsOf(form: SectionForm): readonly Fill[] {
  const known = FILLS.get(form);
  if (known !== undefined) return known;
  const fills = Object.entries(form.keys).flatMap(([key, { fill }]) =>
    fill === undefined ? [] : [{ key, fill }],
  );
  FILLS.set(form, fills);
  return fills;
}

/** Does the value say no more than an absent key would? */
function saysNothing(value: Node, { form, leftOut = 'zero' }: Key): boolean {
  if (leftOut === 'never') return false;
  if (leftOut === 'always') return true;
  if (isNull(value)) return true;
  switch (value.kind) {
    case 'scalar':
      if (leftOut === 'true') return value.value === true;
      return leftOut === 'zero' && isZero(value, form);
    case 'list':
      return leftOut === 'zero' && value.items.length === 0;
    case 'map':
      return leftOut === 'zero' && value.entries.length === 0 && form.is !== 'section';
  }
}

function isZero({ value }: ScalarNode, form: Form): boolean {
  if (value === '' || value === 0 || value === false) return true;
  return form.is === 'scalar' && form.zero === value;
}

function isEmptyText(node: Node): boolean {
  return node.kind === 'scalar' && (node.value === null || node.value === '');
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}
