import type { Json } from '../model/project.ts';

/**
 * Plain JSON as YAML in blocks, which every parser of YAML 1.1 and 1.2 reads back as the same.
 *
 * @param writeText Keys and texts of one line, in quotes where they need some. @defaultValue what no parser could misread
 *
 * Written for large models, where thousands of objects are nothing unusual: a printer for all of YAML takes several
 * times as long.
 */
export function toYaml(value: Json, writeText: TextWriter = carefully): string {
  const printer = new YamlPrinter(writeText);
  printer.block(value, '', '');
  return `${printer.lines.join('\n')}\n`;
}

/** Writes text as a scalar of one line. */
export type TextWriter = (text: string) => string;

class YamlPrinter {
  readonly lines: string[] = [];
  readonly #writeText: TextWriter;

  constructor(writeText: TextWriter) {
    this.#writeText = writeText;
  }

  /** @param first What stands before the first line instead of the indent: `- ` of a list. */
  block(value: Json, indent: string, first: string): void {
    if (Array.isArray(value) && value.length > 0) this.#list(value, indent, first);
    else if (isMap(value) && hasKeys(value)) this.#map(value, indent, first);
    else this.lines.push(`${first}${this.#scalar(value)}`);
  }

  #map(map: Readonly<Record<string, Json>>, indent: string, first: string): void {
    let start = first;
    Object.keys(map).forEach((key) => {
      this.#entry(map[key] ?? null, indent, `${start}${this.#writeText(key)}:`);
      start = indent;
    });
  }

  #list(items: readonly Json[], indent: string, first: string): void {
    const below = `${indent}  `;
    let start = first;
    items.forEach((item) => {
      this.block(item, below, `${start}- `);
      start = indent;
    });
  }

  /** What follows a key: on the same line, or on lines below it. */
  #entry(value: Json, indent: string, first: string): void {
    const below = `${indent}  `;
    if (Array.isArray(value) && value.length > 0) {
      this.lines.push(first);
      this.#list(value, below, below);
    } else if (isMap(value) && hasKeys(value)) {
      this.lines.push(first);
      this.#map(value, below, below);
    } else if (typeof value === 'string' && isBlock(value)) {
      const [mark, body] = value.endsWith('\n') ? ['|', value.slice(0, -1)] : ['|-', value];
      this.lines.push(`${first} ${mark}`);
      for (const line of body.split('\n')) this.lines.push(line === '' ? '' : `${below}${line}`);
    } else this.lines.push(`${first} ${this.#scalar(value)}`);
  }

  #scalar(value: Json): string {
    if (typeof value === 'string') return this.#writeText(value);
    if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}';
    return String(value);
  }
}

function isMap(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without a list of its keys, which may be thousands. */
function hasKeys(map: Readonly<Record<string, Json>>): boolean {
  for (const key in map) if (Object.hasOwn(map, key)) return true;
  return false;
}

/** Text that no version of YAML takes for anything else; all other text is quoted. */
const WORDS =
  /^(?:--?[a-zA-Z]|[a-zA-Z_/])(?:[\w./@%+=,~^-]|:(?=[\w/.-]))*(?: [\w./@%+=,~^(-](?:[\w./@%+=,~^()-]|:(?=[\w/.-]))*)*$/;
/** Begins as a number and cannot be one, for a letter in it: `10s`, `100m`, `1.27-alpine`. Two tests, each linear in time. */
const MEASURE = /^\d[\w.-]*$/;
const LETTER_OF_NO_NUMBER = /[g-np-wyzG-NP-WYZ]/;
const WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

function carefully(text: string): string {
  const isPlain = (WORDS.test(text) && !WORD.test(text)) || isMeasure(text);
  return isPlain ? text : inDoubleQuotes(text);
}

function isMeasure(text: string): boolean {
  return MEASURE.test(text) && LETTER_OF_NO_NUMBER.test(text);
}

export function inDoubleQuotes(text: string): string {
  // JSON leaves some characters as they are that YAML takes for line ends or refuses.
  return JSON.stringify(text).replaceAll(
    /[\u007F-\u009F\u2028\u2029\uFEFF]/g,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** Several lines of text that can stand as they are. */
function isBlock(text: string): boolean {
  return (
    text.includes('\n') &&
    !/^[\s\n]|\n\n$|[ \t]$|[ \t]\n|[^\n\t\u0020-\u007E\u00A0-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]/.test(
      text,
    ) &&
    !/[\u2028\u2029]/.test(text)
  );
}
