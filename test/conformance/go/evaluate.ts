import { posix } from 'node:path';

import type { Token } from './tokens.ts';

/** What a Go expression is worth, as far as it can be known without running it; `undefined` is "not known". */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Value[]
  | { readonly [key: string]: Value };

interface Call {
  /** With its package, as in `filepath.Join`. */
  readonly name: string;
  readonly args: readonly Value[];
}

interface Composite {
  /** As written, without blanks. */
  readonly type: string;
  readonly value: Value;
}

/** What was found while a function was read, by the index of its first token. */
export interface Findings {
  readonly calls: Map<number, Call>;
  readonly composites: Map<number, Composite>;
}

interface Evaluated {
  readonly value: Value;
  /** Index of the first token behind it. */
  readonly next: number;
}

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['nil', null],
]);
/** Their value is that of their argument. */
const TRANSPARENT =
  /^(?:byte|string|u?int(?:32|64)?|float(?:32|64)|ptr|strPtr|strings\.NewReader|bytes\.NewReader|filepath\.FromSlash)$/;

/** Reads expressions in the tokens of Go source, with the values of names that are known so far. */
export class Evaluator {
  readonly #tokens: readonly Token[];
  readonly #names: ReadonlyMap<string, Value>;
  readonly #findings: Findings;

  constructor(
    tokens: readonly Token[],
    {
      names,
      findings,
    }: { readonly names: ReadonlyMap<string, Value>; readonly findings: Findings },
  ) {
    this.#tokens = tokens;
    this.#names = names;
    this.#findings = findings;
  }

  at(start: number): Evaluated {
    let { value, next } = this.#operand(start);
    while (this.#is(next, '+')) {
      const right = this.#operand(next + 1);
      value = sum(value, right.value);
      next = right.next;
    }
    return { value, next };
  }

  /** Behind the bracket that closes the one at `open`. */
  closed(open: number): number {
    let depth = 0;
    for (let index = open; index < this.#tokens.length; index += 1) {
      const { kind, text } = this.#tokens[index] ?? {};
      if (kind !== 'mark' || text === undefined) continue;
      if ('([{'.includes(text)) depth += 1;
      if (')]}'.includes(text)) depth -= 1;
      if (depth === 0) return index + 1;
    }
    return this.#tokens.length;
  }

  #is(index: number, text: string): boolean {
    const token = this.#tokens[index];
    return token?.kind === 'mark' && token.text === text;
  }

  #operand(start: number): Evaluated {
    const token = this.#tokens[start];
    if (token === undefined) return { value: undefined, next: start };
    switch (token.kind) {
      case 'string':
        return { value: token.text, next: start + 1 };
      case 'number':
        return { value: numberOf(token.text), next: start + 1 };
      case 'name':
        return this.#named(start);
      case 'mark':
        return this.#marked(start, token.text);
    }
  }

  #marked(start: number, mark: string): Evaluated {
    if (mark === '&' || mark === '*') return this.#operand(start + 1);
    if (mark === '-') {
      const { value, next } = this.#operand(start + 1);
      return { value: typeof value === 'number' ? -value : undefined, next };
    }
    if (mark === '(') return { value: this.at(start + 1).value, next: this.closed(start) };
    if (mark === '{') return this.#braces(start, 'struct');
    if (mark === '[') return this.#behindType(start, this.#type(start));
    return { value: undefined, next: start + 1 };
  }

  #named(start: number): Evaluated {
    const word = this.#tokens[start]?.text ?? '';
    if (CONSTANTS.has(word)) return { value: CONSTANTS.get(word), next: start + 1 };
    if (word === 'func') return { value: undefined, next: this.#function(start) };
    if (word === 'map' || word === 'struct') return this.#behindType(start, this.#type(start));
    const next = this.#type(start);
    const name = this.#written(start, next);
    if (this.#is(next, '(')) return this.#call(start, next);
    if (this.#is(next, '{') && /(?:^|\.)[A-Z]\w*$/.test(name)) return this.#behindType(start, next);
    return this.#after({ value: this.#names.get(name), next });
  }

  /** A function's value is not known; its body is read on its own. */
  #function(start: number): number {
    let next = start + 1;
    while (next < this.#tokens.length && !this.#is(next, '{')) {
      next = this.#is(next, '(') ? this.closed(next) : next + 1;
    }
    return this.closed(next);
  }

  #type(start: number): number {
    let next = start;
    for (;;) {
      const token = this.#tokens[next];
      if (this.#is(next, '[')) next = this.closed(next);
      else if (this.#is(next, '*') || token?.text === 'map') next += 1;
      else if (token?.text === 'struct' || token?.text === 'interface')
        return this.closed(next + 1);
      else if (token?.kind === 'name') {
        next += 1;
        while (this.#is(next, '.') && this.#tokens[next + 1]?.kind === 'name') next += 2;
        return next;
      } else return next;
    }
  }

  #behindType(start: number, next: number): Evaluated {
    if (this.#is(next, '(')) return this.#call(start, next);
    if (!this.#is(next, '{')) return { value: undefined, next };
    const type = this.#written(start, next);
    const found = this.#braces(next, type);
    this.#findings.composites.set(start, { type, value: found.value });
    return this.#after(found);
  }

  #call(start: number, open: number): Evaluated {
    const name = this.#written(start, open);
    const args: Value[] = [];
    let next = open + 1;
    const end = this.closed(open) - 1;
    while (next < end) {
      const argument = this.at(next);
      args.push(argument.value);
      next = this.#comma(argument.next, end);
    }
    this.#findings.calls.set(start, { name, args });
    return this.#after({ value: valueOfCall(name, args), next: end + 1 });
  }

  /** Behind the next comma at this depth, whatever stands before it. */
  #comma(from: number, end: number): number {
    let next = from;
    while (next < end && !this.#is(next, ',')) {
      const opens = this.#is(next, '(') || this.#is(next, '[') || this.#is(next, '{');
      next = opens ? this.closed(next) : next + 1;
    }
    return Math.min(next + 1, end);
  }

  /** A method or field of a value: not known. */
  #after(found: Evaluated): Evaluated {
    if (!this.#is(found.next, '.') && !this.#is(found.next, '[')) return found;
    const next = this.#is(found.next, '.') ? found.next + 2 : this.closed(found.next);
    return this.#after({
      value: undefined,
      next: this.#is(next, '(') ? this.closed(next) : next,
    });
  }

  #braces(open: number, type: string): Evaluated {
    const end = this.closed(open) - 1;
    const items: Value[] = [];
    const fields: Record<string, Value> = {};
    let next = open + 1;
    while (next < end) {
      const first = this.at(next);
      if (this.#is(first.next, ':')) {
        const key = this.#tokens[next]?.text ?? '';
        const second = this.at(first.next + 1);
        fields[key] = second.value;
        next = this.#comma(second.next, end);
      } else {
        items.push(first.value);
        next = this.#comma(first.next, end);
      }
    }
    const isList = items.length > 0 || (type.startsWith('[') && Object.keys(fields).length === 0);
    return { value: isList ? items : fields, next: end + 1 };
  }

  #written(start: number, end: number): string {
    return this.#tokens
      .slice(start, end)
      .map(({ text }) => text)
      .join('');
  }
}

function numberOf(text: string): number {
  return Number(/^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text.replaceAll('_', ''));
}

function sum(left: Value, right: Value): Value {
  return typeof left === 'string' && typeof right === 'string' ? left + right : undefined;
}

/** A folder that the test makes for itself is written `@`. */
function valueOfCall(name: string, args: readonly Value[]): Value {
  const [first] = args;
  if (TRANSPARENT.test(name) || name.startsWith('[]byte')) return first;
  if (name === 't.TempDir') return '@';
  if (name === 'filepath.Join') {
    return posix.join(...args.map((each) => (typeof each === 'string' ? each : '@')));
  }
  return undefined;
}
