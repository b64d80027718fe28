import type { Span } from '../model/diagnostic.ts';
import { goNumber } from './go-number.ts';
import type { MapForm, PairsForm, Reading, SectionForm, Short, Source } from './language/form.ts';
import type { Entry, Node, ScalarNode } from './node.ts';
import { nodeOf } from './plain-node.ts';

/** The short form of a section spelled out: its long form, or a list of several. As it is if there is none to read. */
export function spelledOut(node: Node, { short }: SectionForm): Node {
  if (short === undefined || node.kind !== 'scalar' || !comesFrom(node, short.from)) return node;
  const reading = readShort(node, short);
  return reading.kind === 'read' ? nodeOf(reading.value, node.at) : node;
}

type Value = NonNullable<ScalarNode['value']>;

const READINGS = new WeakMap<Short, Map<Value, Reading>>();
/** More than one project has of a form; whoever loads many does not keep them all. */
const MOST_READINGS = 10_000;

/** What the short form means. Most stages ask, and reading it takes longer than anything else that they do with it. */
export function readShort(node: ScalarNode, short: Short): Reading {
  const value = node.value ?? '';
  let known = READINGS.get(short);
  if (known === undefined) READINGS.set(short, (known = new Map()));
  const before = known.get(value);
  if (before !== undefined) return before;
  const reading = short.read(value);
  if (known.size >= MOST_READINGS) known.clear();
  known.set(value, reading);
  return reading;
}

const SOURCES: Readonly<Record<string, Source>> = {
  string: 'text',
  number: 'number',
  boolean: 'flag',
  object: 'empty',
};

/** Is the scalar of one of these kinds? */
export function comesFrom({ value }: ScalarNode, sources: readonly Source[]): boolean {
  const source = SOURCES[typeof value];
  return source !== undefined && sources.includes(source);
}

/** A list of names as a map, where the form allows it; anything else as it is. */
export function asMap(node: Node, { fromList }: MapForm): Node {
  if (fromList === undefined || node.kind !== 'list') return node;
  const entries = new Map<string, Entry>();
  for (const item of node.items) {
    if (item.kind !== 'scalar' || item.value === null) return node;
    const key = String(item.value);
    entries.set(key, { key, keyAt: item.at, value: nodeOf(fromList, item.at) });
  }
  return { kind: 'map', entries: [...entries.values()], at: node.at };
}

/** A single scalar as a list of one. */
export function asList(node: Node, single: boolean): Node {
  return single && node.kind === 'scalar' && node.value !== null
    ? { kind: 'list', items: [node], at: node.at }
    : node;
}

export interface Pair {
  readonly entry: Entry;
  /** As one text of a list. */
  readonly line: string;
}

/** Pairs one by one, from either way to write them; absent when they are written in neither. */
export function pairsOf(node: Node, form: PairsForm): readonly Pair[] | undefined {
  if (node.kind === 'map') return node.entries.flatMap((entry) => pairsOfEntry(entry, form));
  if (node.kind !== 'list') return undefined;
  const found: Pair[] = [];
  for (const item of node.items) {
    if (item.kind !== 'scalar' || item.value === null) return undefined;
    found.push(pairOfLine(item, form));
  }
  return found;
}

function pairsOfEntry(entry: Entry, { many }: PairsForm): readonly Pair[] {
  const { key, value } = entry;
  if (value.kind === 'scalar') {
    return [{ entry, line: value.value === null ? key : `${key}=${textOfScalar(value)}` }];
  }
  if (!many || value.kind !== 'list') return [{ entry, line: key }];
  return value.items.map((item) => ({
    entry: { ...entry, value: item },
    line: item.kind === 'scalar' ? `${key}=${textOfScalar(item)}` : key,
  }));
}

function pairOfLine(item: ScalarNode, { separators }: PairsForm): Pair {
  const line = textOfScalar(item);
  const separator = separators.find((each) => line.includes(each));
  const cut = separator === undefined ? line.length : line.indexOf(separator);
  const key = line.slice(0, cut);
  const { keyAt, valueAt } = places(item, line, cut);
  const value: Node =
    separator === undefined
      ? { kind: 'scalar', value: null, at: item.at }
      : { kind: 'scalar', value: line.slice(cut + separator.length), at: valueAt };
  return { entry: { key, keyAt, value }, line };
}

/** Key and value have places of their own if the item stands in the file as it is, without quotes and variables. */
function places(
  { at, source, quoted }: ScalarNode,
  line: string,
  cut: number,
): { readonly keyAt: Span; readonly valueAt: Span } {
  const verbatim =
    quoted !== true && (source ?? line) === line && at.end - at.start === line.length;
  if (!verbatim || cut === line.length) return { keyAt: at, valueAt: at };
  return {
    keyAt: { ...at, end: at.start + cut },
    valueAt: { ...at, start: at.start + cut + 1 },
  };
}

/** A value that is handed on as text; none is empty text. */
export function textOfScalar({ value, source = '' }: ScalarNode): string {
  if (typeof value !== 'number') return String(value ?? '');
  const isLong =
    Number.isInteger(value) && !Number.isSafeInteger(value) && /^[+-]?\d+$/.test(source);
  return isLong ? source : goNumber(value, source);
}
