import {
  COLLECTION_STYLE,
  type Event,
  EVENT_ID,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';

import type { Diagnostic, Span } from '../model/diagnostic.ts';
import { FirstKeys } from './first-keys.ts';
import { fixOf } from './fixes.ts';
import { mergedEntries } from './merge-key.ts';
import type { Entry, ListNode, MapNode, Node, ScalarNode } from './node.ts';
import { mergeTagOf, type TagMeaning, TAGS, valueOf } from './yaml-tags.ts';

/** Nodes that aliases and merge keys may add to a file: far beyond any real one, and read in well under a second. */
const MOST_REPEATED_NODES = 500_000;

/** Of one key or value: far beyond what a container may be given, and compared, split and shown in no time. */
const LONGEST_SCALAR = 1024 * 1024;

/** Of one file: many times more than anybody reads. */
const MOST_MISTAKES = 1000;

interface Composed {
  /** Absent where the document is empty. */
  readonly root: Node | undefined;
}

type ValueEvent = ScalarEvent | SequenceEvent | MappingEvent;

interface Anchor {
  readonly name: string;
  /** Absent while the node is still open: an alias to it would contain itself. */
  node?: Node;
}

/** Thrown inside, caught by `parseYaml`: nothing sensible follows. */
export class UnreadableYaml extends Error {
  override readonly name = 'UnreadableYaml';
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

/** Turns the events of one file into positioned trees, one a document; aliases and merge keys are resolved. */
export class YamlTree {
  readonly diagnostics: Diagnostic[] = [];
  readonly #text: string;
  readonly #file: string;
  readonly #events: readonly Event[];
  readonly #sizes = new WeakMap<Node, number>();
  #anchors = new Map<string, Anchor>();
  #next = 0;
  #repeated = 0;

  constructor(
    events: readonly Event[],
    { text, file }: { readonly text: string; readonly file: string },
  ) {
    this.#events = events;
    this.#text = text;
    this.#file = file;
  }

  documents(): readonly Composed[] {
    const documents: Composed[] = [];
    while (this.#next < this.#events.length) {
      this.#next += 1;
      this.#anchors = new Map();
      const root = this.#peek()?.type === EVENT_ID.POP ? undefined : this.#node();
      this.#next += 1;
      documents.push({ root });
    }
    return documents;
  }

  #peek(): Event | undefined {
    return this.#events[this.#next];
  }

  #node(): Node {
    const event = this.#peek();
    this.#next += 1;
    switch (event?.type) {
      case EVENT_ID.SCALAR:
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING:
        return event.anchorStart < 0 ? this.#valueOf(event) : this.#anchored(event);
      case EVENT_ID.ALIAS:
        return this.#alias(this.#span(event.anchorStart - 1, event.anchorEnd));
      case EVENT_ID.DOCUMENT:
      case EVENT_ID.POP:
      case undefined:
        throw new Error('the YAML parser ended a node that it had not begun');
    }
  }

  #valueOf(event: ValueEvent): Node {
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#scalar(event);
      case EVENT_ID.SEQUENCE:
        return this.#list(event);
      case EVENT_ID.MAPPING:
        return this.#map(event);
    }
  }

  #anchored(event: ValueEvent): Node {
    const anchor: Anchor = { name: this.#text.slice(event.anchorStart, event.anchorEnd) };
    this.#anchors.set(anchor.name, anchor);
    const node = this.#valueOf(event);
    anchor.node = node;
    return node;
  }

  #alias(at: Span): Node {
    const name = this.#text.slice(at.start + 1, at.end);
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) {
      const known = [...this.#anchors.keys()];
      throw this.#unreadable(at, `there is no anchor &${name} above this place`, {
        code: 'compose/unknown-anchor',
        help:
          known.length === 0
            ? 'Nothing above is marked with an anchor; write &name before the value that *name is to repeat.'
            : `Anchors above: ${known.map((each) => `&${each}`).join(', ')}.`,
      });
    }
    if (anchor.node === undefined) {
      throw this.#unreadable(at, `*${name} stands inside the value that it names`, {
        code: 'compose/recursive-alias',
        help: 'A value cannot contain itself; move the alias out of the anchored part.',
      });
    }
    this.#count(sizeOf(anchor.node, this.#sizes), at);
    return anchor.node;
  }

  /** Aliases of aliases grow exponentially: the file would be small and the project endless. */
  #count(nodes: number, at: Span): void {
    this.#repeated += nodes;
    if (this.#repeated <= MOST_REPEATED_NODES) return;
    throw this.#unreadable(at, `aliases repeat more than ${MOST_REPEATED_NODES} values`, {
      code: 'compose/too-many-aliases',
      help: 'Aliases that repeat aliases multiply; write the repeated part out, or use fewer levels.',
    });
  }

  #scalar(event: ScalarEvent): ScalarNode {
    const quoted = event.valueStart >= 0 && event.style !== SCALAR_STYLE.PLAIN;
    const at = this.#scalarSpan(event);
    if (at.end - at.start > LONGEST_SCALAR) {
      throw this.#unreadable(at, 'a key or a value is longer than 1 MiB', {
        code: 'compose/too-long',
        help: 'Keep long text in a file, and mount it or name it under configs.',
      });
    }
    const text = event.valueStart < 0 ? '' : getScalarValue(this.#text, event);
    const tag = this.#tag(event);
    const value = valueOf(text, { tag, quoted });
    // Nearly all there are; the spreads below take longer than the rest of reading one.
    if (value === text && tag === undefined && !quoted) return { kind: 'scalar', value, at };
    return {
      kind: 'scalar',
      value,
      ...(value !== text && { source: text }),
      ...(quoted && { quoted }),
      at,
      ...mergeTagOf(tag),
    };
  }

  #scalarSpan(event: ScalarEvent): Span {
    const { style, valueStart, valueEnd } = event;
    if (valueStart < 0) return this.#emptyPlace(event);
    const marks =
      style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
    return this.#span(valueStart - marks, valueEnd + marks);
  }

  /** A value that is not written: right behind its tag, its key or its dash. */
  #emptyPlace({ tagEnd, anchorEnd }: ScalarEvent): Span {
    const place = Math.max(tagEnd, anchorEnd, this.#end);
    return this.#span(place, place);
  }

  /** End of what was read last. */
  #end = 0;

  #list(event: SequenceEvent): ListNode {
    const items: Node[] = [];
    while (this.#peek()?.type !== EVENT_ID.POP) {
      this.#end = Math.max(this.#end, event.start);
      items.push(this.#node());
    }
    this.#next += 1;
    const at = this.#collectionSpan(event);
    return { kind: 'list', items, at, ...mergeTagOf(this.#tag(event)) };
  }

  #map(event: MappingEvent): MapNode {
    const entries: Entry[] = [];
    const keys = new FirstKeys(entries);
    let merges = false;
    while (this.#peek()?.type !== EVENT_ID.POP) {
      const node = this.#key();
      const key = keyOf(node);
      const value = this.#node();
      const before = keys.find(key);
      if (before !== undefined) {
        this.#duplicate(key, node.at, before.keyAt);
        // What follows asks maps by key, one by one.
        if (this.diagnostics.length >= MOST_MISTAKES) continue;
      }
      merges ||= key === '<<' && node.quoted !== true;
      entries.push({ key, keyAt: node.at, value });
    }
    this.#next += 1;
    const at = this.#collectionSpan(event);
    return {
      kind: 'map',
      entries: merges ? this.#merged(entries) : entries,
      at,
      ...mergeTagOf(this.#tag(event)),
    };
  }

  #merged(entries: readonly Entry[]): readonly Entry[] {
    const { entries: merged, wrong } = mergedEntries(entries);
    for (const at of wrong) {
      this.diagnostics.push({
        code: 'compose/wrong-merge-key',
        severity: 'error',
        message: '<< takes a map or a list of maps',
        help: 'Write "<<: *name", where &name marks a map, or "<<: [*one, *two]".',
        at,
      });
    }
    return merged;
  }

  #key(): ScalarNode {
    const node = this.#node();
    if (node.kind !== 'scalar') {
      throw this.#unreadable(node.at, 'a key must be text, not a list or a map', {
        code: 'compose/key-not-text',
        help: 'Check for a colon too many, or for brackets or braces that need quotes, as in "{{ name }}".',
      });
    }
    if (typeof node.value !== 'string') this.#keyNotText(node);
    return node;
  }

  #keyNotText(node: ScalarNode): void {
    const { at, value } = node;
    const key = keyOf(node);
    const kind =
      value === null ? 'empty' : `a ${typeof value === 'number' ? 'number' : 'truth value'}`;
    this.diagnostics.push({
      code: 'compose/key-not-text',
      severity: 'error',
      message:
        key === '' ? 'a key is missing before the colon' : `the key ${key} is ${kind}, not text`,
      help: key === '' ? 'Write the key, or remove the colon.' : `Put it in quotes: "${key}".`,
      at,
      ...(key !== '' && fixOf(`write "${key}"`, [{ at, text: JSON.stringify(key) }])),
    });
  }

  #duplicate(key: string, at: Span, first: Span): void {
    if (this.diagnostics.length >= MOST_MISTAKES) return;
    this.diagnostics.push({
      code: 'compose/duplicate-key',
      severity: 'error',
      message: `the key ${JSON.stringify(key)} is written twice in the same map`,
      help: 'Keep one of them, or join what stands under both.',
      at,
      related: [{ message: 'it was written here first', at: first }],
    });
  }

  #tag(event: ValueEvent): TagMeaning | undefined {
    if (event.tagStart < 0) return undefined;
    const written = this.#text.slice(event.tagStart, event.tagEnd);
    const meaning = TAGS.get(written);
    if (meaning === undefined) {
      const at = this.#span(event.tagStart, event.tagEnd);
      const message = `the tag ${written} means nothing here`;
      const help = 'Tags of Compose files: !reset and !override.';
      this.diagnostics.push({
        code: 'compose/unknown-tag',
        severity: 'warning',
        message,
        help,
        at,
      });
    }
    return meaning;
  }

  #collectionSpan({ start, style }: SequenceEvent | MappingEvent): Span {
    let end = Math.max(this.#end, start);
    if (style === COLLECTION_STYLE.FLOW) {
      const close = /[\s,]*[\]}]/y;
      close.lastIndex = Math.max(end, start + 1);
      end = close.test(this.#text) ? close.lastIndex : end;
    }
    return this.#span(start, end);
  }

  #span(start: number, end: number): Span {
    if (end > this.#end) this.#end = end;
    return { file: this.#file, start, end };
  }

  #unreadable(
    at: Span,
    message: string,
    { code, help }: { readonly code: Diagnostic['code']; readonly help: string },
  ): UnreadableYaml {
    return new UnreadableYaml({ code, severity: 'error', message, help, at });
  }
}

function keyOf({ value, source = '' }: ScalarNode): string {
  return typeof value === 'string' ? value : source;
}

/** How many nodes stand in a tree when every alias is written out. */
function sizeOf(node: Node, known: WeakMap<Node, number>): number {
  if (node.kind === 'scalar') return 1;
  const before = known.get(node);
  if (before !== undefined) return before;
  const children = node.kind === 'list' ? node.items : node.entries.map(({ value }) => value);
  let size = 1;
  for (const child of children) size += sizeOf(child, known);
  known.set(node, size);
  return size;
}
