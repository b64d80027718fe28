import type { Diagnostic, Span } from '../model/diagnostic.ts';
import { fillTemplate, parseTemplate, type TemplateProblem } from './template.ts';
import { expandEscapes } from './dotenv-escapes.ts';
import type { Variable } from './variable.ts';

export interface DotenvOptions {
  readonly file: string;
  /** Values that a line may refer to, before those of earlier lines. */
  readonly lookUp: (name: string) => string | undefined;
}

export interface ParsedDotenv {
  /** In the order of their last line. */
  readonly variables: ReadonlyMap<string, Variable>;
  readonly diagnostics: readonly Diagnostic[];
}

/** A blank that ends no line. */
const BLANK = /[\t\v\f\r \u0085\u00A0]/;
const NAME_CHARACTER = /[\p{L}\p{N}_.\-[\]\t\v\f\r \u0085\u00A0]/u;

/**
 * Reads a `.env` file or an `env_file` as Docker Compose does: `NAME=value`, `NAME: value`, `export NAME=value`, and a bare
 * `NAME`, which takes the value that the surroundings have.
 *
 * @see https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
 */
export function parseDotenv(text: string, options: DotenvOptions): ParsedDotenv {
  const reader = new DotenvReader(text, options);
  reader.readAll();
  return { variables: reader.variables, diagnostics: reader.diagnostics };
}

class DotenvReader {
  readonly variables = new Map<string, Variable>();
  readonly diagnostics: Diagnostic[] = [];
  readonly #text: string;
  readonly #options: DotenvOptions;
  #position = 0;

  constructor(text: string, options: DotenvOptions) {
    this.#text = text;
    this.#options = options;
    if (text.startsWith('\uFEFF')) this.#position = 1;
  }

  readAll(): void {
    while (this.#toStatement()) {
      if (!this.#statement()) this.#position = this.#lineEnd(this.#position);
    }
  }

  /** Passes over blank lines and comments; false at the end of the file. */
  #toStatement(): boolean {
    for (;;) {
      while (/\s/.test(this.#text[this.#position] ?? '')) this.#position += 1;
      if (this.#position >= this.#text.length) return false;
      if (this.#text[this.#position] !== '#') return true;
      this.#position = this.#lineEnd(this.#position);
    }
  }

  /** False when the line makes no sense: the reader goes on with the next one. */
  #statement(): boolean {
    this.#passExport();
    const start = this.#position;
    const end = this.#nameEnd();
    if (end === undefined) return false;
    const name = this.#text.slice(start, end).trimEnd();
    const at = this.#span(start, start + name.length);
    if (/[ \t]/.test(name)) return this.#complain('compose/env-syntax', at, spaceInName(name));
    const sign = this.#text[end];
    this.#position = Math.min(end + 1, this.#text.length);
    if (sign !== '=' && sign !== ':') {
      this.#inherit(name, at);
      return true;
    }
    if (name === '') this.#complain('compose/env-syntax', this.#span(end, end + 1), noName);
    return this.#value(name);
  }

  #passExport(): void {
    const word = /export[\t\v\f\r \u0085\u00A0]+/y;
    word.lastIndex = this.#position;
    if (word.test(this.#text)) this.#position = word.lastIndex;
  }

  #nameEnd(): number | undefined {
    for (let index = this.#position; ; index += 1) {
      const character = String.fromCodePoint(this.#text.codePointAt(index) ?? 10);
      if (index >= this.#text.length || '=:\n'.includes(character)) return index;
      if (!NAME_CHARACTER.test(character)) {
        const at = this.#span(index, index + character.length);
        this.#complain('compose/env-syntax', at, wrongCharacter(character));
        return undefined;
      }
      index += character.length - 1;
    }
  }

  #inherit(name: string, at: Span): void {
    const value = this.#options.lookUp(name);
    if (value !== undefined) this.#set(name, { value, at });
  }

  #value(name: string): boolean {
    while (BLANK.test(this.#text[this.#position] ?? '')) this.#position += 1;
    const mark = this.#text[this.#position];
    if (mark === '"' || mark === "'") return this.#quoted(name, mark);
    this.#unquoted(name);
    return true;
  }

  #unquoted(name: string): void {
    const start = this.#position;
    const end = this.#lineEnd(start);
    const line = this.#text.slice(start, end);
    const comment = line.indexOf(' #');
    const raw = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
    this.#position = end;
    this.#set(name, this.#filled(raw, this.#span(start, start + raw.length)));
  }

  #quoted(name: string, mark: '"' | "'"): boolean {
    const start = this.#position;
    const end = this.#closing(start, mark);
    if (end === undefined) {
      const at = this.#span(start, this.#lineEnd(start));
      return this.#complain('compose/env-syntax', at, openQuote(mark));
    }
    this.#position = end + 1;
    const at = this.#span(start, end + 1);
    const raw = this.#text.slice(start + 1, end).replaceAll(`\\${mark}`, mark);
    this.#set(name, mark === "'" ? { value: raw, at } : this.#filled(expandEscapes(raw), at));
    return true;
  }

  #closing(open: number, mark: string): number | undefined {
    for (let index = open + 1; index < this.#text.length; index += 1) {
      if (this.#text[index] === '\\') index += 1;
      else if (this.#text[index] === mark) return index;
    }
    return undefined;
  }

  #filled(raw: string, at: Span): Variable {
    if (!raw.includes('$')) return { value: raw, at };
    const value = fillTemplate(parseTemplate(raw), {
      lookUp: (name) => this.#options.lookUp(name) ?? this.variables.get(name)?.value,
      report: (problem) => {
        this.#reportVariable(problem, this.#placeOf(problem, at));
      },
    });
    return { value, at };
  }

  /** Where a variable stands within the value at `at`. */
  #placeOf(problem: TemplateProblem, at: Span): Span {
    if (problem.kind === 'wrong') return at;
    const use = new RegExp(`\\$(?:\\{${problem.name}\\b[^}\\n]*\\}?|${problem.name}\\b)`);
    const found = use.exec(this.#text.slice(at.start, at.end));
    if (found === null) return at;
    const start = at.start + found.index;
    return this.#span(start, start + found[0].length);
  }

  #reportVariable(problem: TemplateProblem, at: Span): void {
    if (problem.kind === 'unset') {
      this.#complain('compose/unset-variable', at, {
        severity: 'warning',
        message: `$${problem.name} in this value is a variable, and it is not set; nothing is put in its place`,
        help: 'If the dollar sign belongs to the value, put the value in single quotes.',
      });
    } else if (problem.kind === 'required') {
      const reason = problem.reason === '' ? '' : `: ${problem.reason}`;
      this.#complain('compose/required-variable', at, {
        message: `the variable ${problem.name} must have a value${reason}`,
        help: `Set ${problem.name} in the shell or on a line above.`,
      });
    } else {
      this.#complain('compose/bad-interpolation', at, {
        message: 'this value has a $ that begins no variable',
        help: 'If the dollar sign belongs to the value, put the value in single quotes.',
      });
    }
  }

  #set(name: string, variable: Variable): void {
    this.variables.delete(name);
    this.variables.set(name, variable);
  }

  #complain(code: Diagnostic['code'], at: Span, complaint: Complaint): false {
    this.diagnostics.push({ code, severity: 'error', ...complaint, at });
    return false;
  }

  #lineEnd(from: number): number {
    const found = this.#text.indexOf('\n', from);
    return found < 0 ? this.#text.length : found;
  }

  #span(start: number, end: number): Span {
    return { file: this.#options.file, start, end: Math.min(end, this.#text.length) };
  }
}

type Complaint = Pick<Diagnostic, 'message'> & Partial<Pick<Diagnostic, 'help' | 'severity'>>;

const noName: Complaint = {
  // Docker Compose takes it, and hands a variable without a name to the container.
  severity: 'warning',
  message: 'a name is missing before the sign: no program can ask for this value',
  help: 'Write NAME=value.',
};

function spaceInName(name: string): Complaint {
  return {
    message: `the name "${name}" has a blank in it`,
    help: 'Write NAME=value, without a blank in the name; comments begin with #.',
  };
}

function wrongCharacter(character: string): Complaint {
  return {
    message: `${JSON.stringify(character)} cannot stand in the name of a variable`,
    help: 'Write NAME=value on a line of its own; a value of several lines needs quotes around it.',
  };
}

function openQuote(mark: string): Complaint {
  return {
    message: `the quote ${mark} is opened here and never closed`,
    help: 'Close it at the end of the value.',
  };
}
