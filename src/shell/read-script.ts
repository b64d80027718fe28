import { readTokens, type Token } from './tokens.ts';

/** A command of a line of shell. `start` and `end` are offsets into the line. */
export type ShellCommand =
  | {
      readonly kind: 'simple';
      /** Without quotes, assignments before the command and redirections. */
      readonly words: readonly string[];
      readonly start: number;
      readonly end: number;
    }
  /** `if`, `for`, `while`, `until`, `case`, `{ … }` or `( … )`. */
  | {
      readonly kind: 'compound';
      readonly keyword: string;
      /** Words of every command in it, in order. */
      readonly inner: readonly (readonly string[])[];
      readonly start: number;
      readonly end: number;
    };

/** Commands joined by `|`; one of them in most cases. */
export interface Pipeline {
  /** What joins it to the one before in its list. */
  readonly joint: 'first' | '&&' | '||';
  readonly commands: readonly ShellCommand[];
  readonly start: number;
  readonly end: number;
}

/** Pipelines joined by `&&` and `||`. */
export interface CommandList {
  readonly pipelines: readonly Pipeline[];
  /** Ended by `&`: the next list does not wait for it. */
  readonly background: boolean;
  readonly start: number;
  /** After `;`, `&` or the line break that ends it. */
  readonly end: number;
}

export type ShellScript =
  | { readonly kind: 'script'; readonly lists: readonly CommandList[] }
  /** Only a shell knows what it does. */
  | { readonly kind: 'unreadable'; readonly why: string };

class Unreadable extends Error {}

/**
 * Reads a line, or several, as a POSIX shell would: lists, pipelines, commands and their words. Nothing is expanded, for
 * only a running shell knows variables.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 */
export function readScript(line: string): ShellScript {
  const read = readTokens(line);
  if (read.kind === 'unreadable') return read;
  try {
    return { kind: 'script', lists: new Reader(read.tokens).lists() };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: 'unreadable', why: error.message };
  }
}

const REDIRECTIONS = new Set(['<', '>', '>>', '<&', '>&', '<>', '>|', '&>', '&>>', '<<<']);
const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;
/** Reserved words that begin a command of several, and what ends it. */
const COMPOUNDS: Readonly<Record<string, string>> = {
  if: 'fi',
  for: 'done',
  while: 'done',
  until: 'done',
  select: 'done',
  case: 'esac',
  '{': '}',
  '[[': ']]',
};
/** After these, the next word is a command again. */
const CONTINUING = new Set(['then', 'else', 'elif', 'do', 'in', '!', 'time']);

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  lists(): readonly CommandList[] {
    const lists: CommandList[] = [];
    for (;;) {
      while (this.#isOperator('\n', ';')) this.#at += 1;
      const token = this.#token();
      if (token === undefined) return lists;
      lists.push(this.#list(token.start));
    }
  }

  #list(start: number): CommandList {
    const pipelines = [this.#pipeline('first')];
    for (;;) {
      const token = this.#token();
      if (token?.kind !== 'operator') return this.#ended(pipelines, { start, background: false });
      if (token.text === '&&' || token.text === '||') {
        this.#at += 1;
        while (this.#isOperator('\n')) this.#at += 1;
        pipelines.push(this.#pipeline(token.text));
      } else if (token.text === ';' || token.text === '\n' || token.text === '&') {
        this.#at += 1;
        return this.#ended(pipelines, { start, background: token.text === '&' });
      } else throw new Unreadable(`"${token.text}" stands where a command should end`);
    }
  }

  #ended(
    pipelines: readonly Pipeline[],
    { start, background }: Pick<CommandList, 'start' | 'background'>,
  ): CommandList {
    return { pipelines, background, start, end: this.#tokens[this.#at - 1]?.end ?? start };
  }

  #pipeline(joint: Pipeline['joint']): Pipeline {
    const first = this.#token();
    if (first === undefined) throw new Unreadable('it ends where a command should begin');
    if (first.kind === 'word' && first.bare && first.text === '!') this.#at += 1;
    const commands = [this.#command()];
    while (this.#isOperator('|', '|&')) {
      this.#at += 1;
      while (this.#isOperator('\n')) this.#at += 1;
      commands.push(this.#command());
    }
    return { joint, commands, start: first.start, end: commands.at(-1)?.end ?? first.end };
  }

  #command(): ShellCommand {
    const token = this.#token();
    if (token === undefined) throw new Unreadable('it ends where a command should begin');
    if (token.kind === 'operator') {
      if (token.text === '(') return this.#compound('(');
      if (!REDIRECTIONS.has(token.text))
        throw new Unreadable(`"${token.text.trim()}" stands where a command should begin`);
    }
    if (token.kind === 'word' && token.bare && closingOf(token) !== undefined)
      return this.#compound(token.text);
    if (token.kind === 'word' && token.bare && token.text === 'function')
      throw new Unreadable('it defines a function');
    return this.#simple(token.start);
  }

  #simple(start: number): ShellCommand {
    const words: string[] = [];
    let end = start;
    for (;;) {
      const token = this.#token();
      if (token === undefined) break;
      if (token.kind === 'word') {
        if (words.length > 0 || !ASSIGNMENT.test(token.text)) words.push(token.text);
        ({ end } = token);
        this.#at += 1;
        continue;
      }
      const skipped = this.#redirection(words, token.text);
      if (skipped === undefined) break;
      end = skipped;
    }
    return { kind: 'simple', words, start, end };
  }

  /** Skips a redirection with its target; undefined when there is none. */
  #redirection(words: string[], operator: string): number | undefined {
    if (operator === '<<' || operator === '<<-') throw new Unreadable('it has a here-document');
    if (operator === '(') throw new Unreadable('it defines a function');
    if (!REDIRECTIONS.has(operator)) return undefined;
    const before = this.#tokens[this.#at - 1];
    const here = this.#token();
    // A number right before it names a descriptor and is no word of the command.
    if (before?.kind === 'word' && before.end === here?.start && /^\d+$/.test(before.text))
      words.pop();
    this.#at += 1;
    const target = this.#token();
    if (target?.kind !== 'word') throw new Unreadable('a redirection has no target');
    this.#at += 1;
    return target.end;
  }

  /** Everything up to the word that closes what the present one opens. */
  #compound(keyword: string): ShellCommand {
    const start = this.#token()?.start ?? 0;
    const closings: string[] = [];
    const inner: string[][] = [[]];
    let commandMayBegin = true;
    for (let token = this.#token(); token !== undefined; token = this.#token()) {
      this.#at += 1;
      const reserved = token.kind === 'operator' || (token.bare && commandMayBegin);
      // `]]` closes wherever it stands, the others only where a command may begin.
      if ((reserved || token.text === ']]') && token.text === closings.at(-1)) {
        closings.pop();
        if (closings.length === 0)
          return {
            kind: 'compound',
            keyword,
            inner: inner.filter(({ length }) => length > 0),
            start,
            end: this.#endWithRedirections(token.end),
          };
        commandMayBegin = true;
        continue;
      }
      const opened = reserved ? closingOf(token) : undefined;
      if (opened !== undefined) closings.push(opened);
      if (opened !== undefined || token.kind === 'operator') {
        inner.push([]);
        commandMayBegin = true;
      } else if (commandMayBegin && CONTINUING.has(token.text)) {
        inner.push([]);
      } else {
        inner.at(-1)?.push(token.text);
        commandMayBegin = false;
      }
    }
    throw new Unreadable(`"${keyword}" is never closed`);
  }

  #endWithRedirections(end: number): number {
    let last = end;
    for (let token = this.#token(); token?.kind === 'operator'; token = this.#token()) {
      const skipped = this.#redirection([], token.text);
      if (skipped === undefined) break;
      last = skipped;
    }
    return last;
  }

  #token(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #isOperator(...texts: readonly string[]): boolean {
    const token = this.#token();
    return token?.kind === 'operator' && texts.includes(token.text);
  }
}

function closingOf(token: Token): string | undefined {
  if (token.kind === 'operator') return token.text === '(' ? ')' : undefined;
  return Object.hasOwn(COMPOUNDS, token.text) ? COMPOUNDS[token.text] : undefined;
}
