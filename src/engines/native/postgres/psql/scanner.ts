/** What a script consists of. */
export type Token =
  /** SQL with the semicolon that ends it. */
  | { readonly kind: 'statement'; readonly text: string }
  /** A backslash command; `args` is the rest of it, untouched. `text` is the SQL that stands before it without a semicolon. */
  | { readonly kind: 'meta'; readonly name: string; readonly args: string; readonly text: string };

/** Value of a variable, for `:name` and its kin. */
export type Lookup = (name: string) => string | undefined;

type Inside =
  | { readonly kind: 'code' | 'double' | 'single' | 'escaped' }
  | { readonly kind: 'dollar'; readonly tag: string }
  | { readonly kind: 'comment'; readonly depth: number };

/**
 * Cuts a script into statements and backslash commands, line by line, as PostgreSQL's own client does: a semicolon ends a
 * statement unless it stands in quotes, comments, parentheses, or the body of a function in standard SQL.
 */
export class Scanner {
  readonly #lookup: Lookup;
  #text = '';
  #inside: Inside = { kind: 'code' };
  #parentheses = 0;
  #words: string[] = [];
  #begins = 0;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /** SQL that has begun and not ended. */
  get rest(): string {
    return this.#text.trim();
  }

  /** Takes it out. */
  takeRest(): string {
    const text = this.rest;
    this.#reset();
    return text;
  }

  /**
   * The tokens of one more line. To be read one by one: a variable that a token sets holds for what follows in the line.
   */
  *feed(line: string): Generator<Token> {
    for (let at = 0; at < line.length;) {
      if (this.#inside.kind !== 'code') {
        at = this.#through(line, at);
        continue;
      }
      const rest = line.slice(at);
      const char = line[at] ?? '';
      if (char === '\\' && !/^\\[;:]/.test(rest)) {
        const [all, name = '', args = ''] = META.exec(rest) ?? [rest];
        at += all.length;
        yield { kind: 'meta', name, args: args.trim(), text: this.rest };
        continue;
      }
      if (char === ';' && this.#parentheses === 0 && this.#begins === 0) {
        const text = this.takeRest();
        at += 1;
        if (text !== '') yield { kind: 'statement', text: `${text};` };
        continue;
      }
      at += this.#code(rest);
    }
    // Leading empty lines would only move the line numbers of the server's messages.
    if (this.#text !== '') this.#text += '\n';
  }

  #reset(): void {
    this.#text = '';
    this.#inside = { kind: 'code' };
    this.#parentheses = 0;
    this.#words = [];
    this.#begins = 0;
  }

  /** @returns how many characters it has taken. */
  #code(rest: string): number {
    const [first = ''] = rest;
    if (rest.startsWith('--')) return rest.length;
    if (rest.startsWith('/*')) return this.#enter('/*', { kind: 'comment', depth: 1 });
    if (/^\\[;:]/.test(rest)) {
      this.#text += rest[1] ?? '';
      return 2;
    }
    if (first === "'") return this.#enter("'", { kind: 'single' });
    if (/^[eE]'/.test(rest)) return this.#enter(rest.slice(0, 2), { kind: 'escaped' });
    if (first === '"') return this.#enter('"', { kind: 'double' });
    const dollar = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.exec(rest)?.[0];
    if (dollar !== undefined) return this.#enter(dollar, { kind: 'dollar', tag: dollar });
    const word = /^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/.exec(rest)?.[0];
    if (word !== undefined) return this.#word(word);
    if (first === ':') return this.#variable(rest);
    if (first === '(') this.#parentheses += 1;
    if (first === ')' && this.#parentheses > 0) this.#parentheses -= 1;
    if (this.#text !== '' || !/\s/.test(first)) this.#text += first;
    return 1;
  }

  #enter(text: string, inside: Inside): number {
    this.#text += text;
    this.#inside = inside;
    return text.length;
  }

  /** A body between BEGIN ATOMIC and END holds semicolons of its own. */
  #word(word: string): number {
    this.#text += word;
    const lower = word.toLowerCase();
    if (this.#words.length < 4) this.#words.push(lower);
    const [first, second, third, fourth] = this.#words;
    const made = second === 'or' && third === 'replace' ? fourth : second;
    if (first === 'create' && (made === 'function' || made === 'procedure')) {
      if (lower === 'begin') this.#begins += 1;
      else if (lower === 'case' && this.#begins > 0) this.#begins += 1;
      else if (lower === 'end' && this.#begins > 0) this.#begins -= 1;
    }
    return word.length;
  }

  #variable(rest: string): number {
    const match = VARIABLE.exec(rest);
    const name = match?.[1] ?? match?.[2] ?? match?.[3] ?? '';
    const value = match === null ? undefined : this.#lookup(name);
    if (rest.startsWith('::') || match === null) {
      const taken = rest.startsWith('::') ? '::' : ':';
      this.#text += taken;
      return taken.length;
    }
    const [all, , , , asked] = match;
    if (asked !== undefined) this.#text += this.#lookup(asked) === undefined ? 'FALSE' : 'TRUE';
    else if (value === undefined) this.#text += all;
    else
      this.#text +=
        match[1] !== undefined ? quoted(value) : match[2] !== undefined ? named(value) : value;
    return all.length;
  }

  /** Goes on inside quotes or a comment; gives the place after it. */
  #through(line: string, at: number): number {
    const inside = this.#inside;
    if (inside.kind === 'comment') return this.#comment(line, at, inside.depth);
    const end = endOf(inside, line, at);
    this.#text += line.slice(at, end.at);
    if (end.closed) this.#inside = { kind: 'code' };
    return end.at;
  }

  #comment(line: string, at: number, depth: number): number {
    const match = /\/\*|\*\//.exec(line.slice(at));
    if (match === null) {
      this.#text += line.slice(at);
      return line.length;
    }
    const next = at + match.index + 2;
    const left = depth + (match[0] === '/*' ? 1 : -1);
    this.#text += line.slice(at, next);
    this.#inside = left === 0 ? { kind: 'code' } : { kind: 'comment', depth: left };
    return next;
  }
}

/** `\\` on the same line ends a command; quotes of the shell's kind protect it. */
const META = /^\\([A-Za-z_]+\+?|[!?.])((?:\\(?!\\)|'(?:[^']|'')*'|"[^"]*"|[^\\'"]|['"])*)(?:\\\\)?/;
const VARIABLE =
  /^:(?:'([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)'|"([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)"|([A-Za-z0-9_\u0080-\uffff]+)|\{\?(\w+)\})/;

interface End {
  readonly at: number;
  readonly closed: boolean;
}

function endOf(inside: Inside, line: string, from: number): End {
  if (inside.kind === 'dollar') {
    const found = line.indexOf(inside.tag, from);
    return found === -1
      ? { at: line.length, closed: false }
      : { at: found + inside.tag.length, closed: true };
  }
  const quote = inside.kind === 'double' ? '"' : "'";
  for (let at = from; at < line.length; at += 1) {
    if (inside.kind === 'escaped' && line[at] === '\\') at += 1;
    else if (line[at] === quote) return { at: at + 1, closed: true };
  }
  return { at: line.length, closed: false };
}

/** A text as SQL has it. */
export function quoted(text: string): string {
  const plain = text.replaceAll("'", "''");
  return text.includes('\\') ? ` E'${plain.replaceAll('\\', '\\\\')}'` : `'${plain}'`;
}

/** A name as SQL has it. */
export function named(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
