import type { Span } from '../model/diagnostic.ts';
import { blockText } from './block-text.ts';
import { FirstKeys } from './first-keys.ts';
import type { Entry, MapNode, Node, ScalarNode } from './node.ts';
import { resolveScalar } from './resolve-scalar.ts';

/** Tabs, Windows' line ends, byte order marks and whatever YAML does not allow. */
const UNUSUAL = /[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff]/;
// What is repeated has a limit: a pattern remembers each step, and fails on millions of them.
/** Empty lines and comments, and the indent of the line after them. */
const IDLE = /(?: *(?:#[^\n]*)?\n){0,1000} */y;
const REST_OF_LINE = /(?: +#[^\n]*| *)(?:\n|$)/y;
const KEY = /[A-Za-z_][\w./-]{0,127}(?=:(?:[ \n]|$))/y;
const DOUBLE_QUOTED = /"[^"\\\n]*"/y;
const SINGLE_QUOTED = /'[^'\n]*'(?!')/y;
const PLAIN =
  /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=-?[\w./]))(?: *(?:[^ \n:#]|:(?![ \n]|$)|(?<! )#)){0,4000}/y;
const PLAIN_IN_FLOW =
  /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=-?[\w./]))(?: *(?:[^ \n:#,[\]{}]|:(?![ \n,[\]{}]|$))){0,4000}/y;
/** `>` or `|`, what becomes of line ends at the end, and nothing else on the line. */
const BLOCK = /[|>][-+]?(?: +#[^\n]*| *)\n/y;
const SPACES = / */y;
const DEEPEST = 32;
const LONGEST_SCALAR = 100_000;

/**
 * Reads YAML as nearly every Compose file is written, in one walk: maps and lists in blocks, or in brackets on one line,
 * text on one line or in a block, comments. Several times as fast as reading all of YAML.
 *
 * Absent wherever anything else stands, mistakes above all: the whole parser then reads the file, and explains it. What
 * is given is what that parser gives.
 */
export function readPlainYaml(text: string, file: string): MapNode | undefined {
  return UNUSUAL.test(text) ? undefined : new PlainYaml(text, file).document();
}

class PlainYaml {
  readonly #text: string;
  readonly #file: string;
  /** Keys that were read before: the same few stand in every service. */
  readonly #keys = new Map<string, string>();
  #at = 0;
  #lineStart = 0;
  /** Of what the line begins with; -1 behind the last line. */
  #column = -1;
  /** Of what was read last. */
  #end = 0;
  #depth = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  document(): MapNode | undefined {
    this.#toNextLine();
    const root = this.#column === 0 ? this.#map(0) : undefined;
    return this.#column < 0 ? root : undefined;
  }

  #toNextLine(): void {
    let before: number;
    do {
      before = this.#at;
      this.#passes(IDLE);
    } while (this.#at > before && '#\n'.includes(this.#next()));
    this.#lineStart = this.#text.lastIndexOf('\n', this.#at - 1) + 1;
    const ends = this.#at >= this.#text.length || this.#next() === '#';
    this.#column = ends ? -1 : this.#at - this.#lineStart;
  }

  #map(column: number): MapNode | undefined {
    const start = this.#at;
    const entries: Entry[] = [];
    const keys = new FirstKeys(entries);
    while (this.#column === column || this.#at === start) {
      const keyStart = this.#at;
      const key = this.#key(keys);
      if (key === undefined) return undefined;
      const keyAt = this.#span(keyStart, keyStart + key.length);
      const value = this.#valueOfKey(column);
      if (value === undefined) return undefined;
      entries.push({ key, keyAt, value });
    }
    if (this.#column > column) return undefined;
    return { kind: 'map', entries, at: this.#span(start, this.#end) };
  }

  /** A key that was not there before, and its colon. */
  #key(keys: FirstKeys): string | undefined {
    const start = this.#at;
    if (!this.#passes(KEY)) return undefined;
    const key = this.#knownKey(this.#text.slice(start, this.#at));
    this.#at += 1;
    return key === undefined || keys.find(key) !== undefined ? undefined : key;
  }

  #knownKey(key: string): string | undefined {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    if (resolveScalar(key) !== key) return undefined;
    this.#keys.set(key, key);
    return key;
  }

  #valueOfKey(column: number): Node | undefined {
    if (!this.#passes(REST_OF_LINE)) return this.#restOfLine(column);
    this.#toNextLine();
    if (this.#column > column) return this.#block();
    if (this.#column === column && this.#isDash()) return this.#list(column);
    return { kind: 'scalar', value: null, source: '', at: this.#span(this.#end, this.#end) };
  }

  #block(): Node | undefined {
    if (this.#depth >= DEEPEST) return undefined;
    this.#depth += 1;
    const node = this.#isDash() ? this.#list(this.#column) : this.#map(this.#column);
    this.#depth -= 1;
    return node;
  }

  #list(column: number): Node | undefined {
    const start = this.#at;
    const items: Node[] = [];
    do {
      this.#at += 1;
      this.#passSpaces();
      const item = this.#isKey() ? this.#map(this.#at - this.#lineStart) : this.#restOfLine(column);
      if (item === undefined) return undefined;
      items.push(item);
    } while (this.#column === column && this.#isDash());
    if (this.#column > column) return undefined;
    return { kind: 'list', items, at: this.#span(start, this.#end) };
  }

  /** A value that ends with its line, or a block of text that is indented more than `column`. */
  #restOfLine(column: number): Node | undefined {
    this.#passSpaces();
    const header = this.#at;
    if (this.#passes(BLOCK)) return this.#blockOfText(header, column);
    const value = this.#value(PLAIN);
    if (value === undefined || !this.#passes(REST_OF_LINE)) return undefined;
    this.#toNextLine();
    return value;
  }

  /** Begins with what its first line has; empty lines in front are left to the whole parser. */
  #blockOfText(header: number, column: number): ScalarNode | undefined {
    const start = this.#at;
    const indent = this.#indentAt(start);
    if (indent <= column) return undefined;
    const lines: string[] = [];
    while (this.#at < this.#text.length) {
      const next = this.#text.indexOf('\n', this.#at) + 1;
      const line = this.#text.slice(this.#at, next === 0 ? undefined : next - 1);
      // Lines of fewer spaces are empty ones.
      if (this.#indentAt(this.#at) < Math.min(indent, line.length)) break;
      if (next === 0 || next - start > LONGEST_SCALAR) return undefined;
      lines.push(line.slice(indent));
      this.#at = next;
    }
    if ((lines[0] ?? '') === '') return undefined;
    const at = this.#span(start, this.#at);
    this.#toNextLine();
    const style = { folded: this.#text[header] === '>', chomping: this.#text.charAt(header + 1) };
    return { kind: 'scalar', value: blockText(lines, style), quoted: true, at };
  }

  #indentAt(lineStart: number): number {
    SPACES.lastIndex = lineStart;
    SPACES.test(this.#text);
    return SPACES.lastIndex - lineStart;
  }

  #value(plain: RegExp): Node | undefined {
    switch (this.#next()) {
      case '"':
        return this.#quoted(DOUBLE_QUOTED);
      case "'":
        return this.#quoted(SINGLE_QUOTED);
      case '[':
        return this.#inBrackets(() => this.#flowList());
      case '{':
        return this.#inBrackets(() => this.#flowMap());
      default:
        return this.#plain(plain);
    }
  }

  #plain(pattern: RegExp): ScalarNode | undefined {
    const start = this.#at;
    if (!this.#passes(pattern) || this.#at - start > LONGEST_SCALAR) return undefined;
    const text = this.#text.slice(start, this.#at);
    const at = this.#span(start, this.#at);
    const value = resolveScalar(text);
    return value === text
      ? { kind: 'scalar', value, at }
      : { kind: 'scalar', value, source: text, at };
  }

  #quoted(pattern: RegExp): ScalarNode | undefined {
    const start = this.#at;
    if (!this.#passes(pattern) || this.#at - start > LONGEST_SCALAR) return undefined;
    const value = this.#text.slice(start + 1, this.#at - 1);
    return { kind: 'scalar', value, quoted: true, at: this.#span(start, this.#at) };
  }

  #inBrackets(read: () => Node | undefined): Node | undefined {
    if (this.#depth >= DEEPEST) return undefined;
    this.#depth += 1;
    const node = read();
    this.#depth -= 1;
    return node;
  }

  #flowList(): Node | undefined {
    const start = this.#at;
    const items: Node[] = [];
    while (this.#isOpen(start, ']')) {
      const item = this.#value(PLAIN_IN_FLOW);
      if (item === undefined || !this.#isSeparated(']')) return undefined;
      items.push(item);
    }
    return { kind: 'list', items, at: this.#span(start, this.#at) };
  }

  #flowMap(): Node | undefined {
    const start = this.#at;
    const entries: Entry[] = [];
    const keys = new FirstKeys(entries);
    while (this.#isOpen(start, '}')) {
      const keyStart = this.#at;
      const key = this.#key(keys);
      if (key === undefined) return undefined;
      const keyAt = this.#span(keyStart, keyStart + key.length);
      this.#passSpaces();
      const value = this.#value(PLAIN_IN_FLOW);
      if (value === undefined || !this.#isSeparated('}')) return undefined;
      entries.push({ key, keyAt, value });
    }
    return { kind: 'map', entries, at: this.#span(start, this.#at) };
  }

  /** Passes the opening bracket, a comma, or the closing bracket, behind which nothing more is to be read. */
  #isOpen(start: number, close: string): boolean {
    const isFirst = this.#at === start;
    const isClosed = this.#next() === close;
    this.#at += 1;
    if (isClosed) return false;
    this.#passSpaces();
    if (!isFirst || this.#next() !== close) return true;
    this.#at += 1;
    return false;
  }

  /** Does a comma or the closing bracket follow? */
  #isSeparated(close: string): boolean {
    this.#passSpaces();
    return this.#next() === ',' || this.#next() === close;
  }

  #isKey(): boolean {
    KEY.lastIndex = this.#at;
    return KEY.test(this.#text);
  }

  #isDash(): boolean {
    return this.#next() === '-' && this.#text[this.#at + 1] === ' ';
  }

  #next(): string {
    return this.#text.charAt(this.#at);
  }

  #passSpaces(): void {
    while (this.#next() === ' ') this.#at += 1;
  }

  #passes(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #span(start: number, end: number): Span {
    this.#end = end;
    return { file: this.#file, start, end };
  }
}
