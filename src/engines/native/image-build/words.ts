/** How the words of an instruction are read. */
export interface WordRules {
  /** Value of a variable; absent when there is none of that name. */
  readonly valueOf: (name: string) => string | undefined;
  /** Escape character of the file. @defaultValue a backslash */
  readonly escape?: string;
}

/** Splits at white space outside quotes. The words keep their quotes. */
export function splitWords(text: string, escape = '\\'): readonly string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === escape && quote !== "'") {
      word += char + text.charAt(++at);
    } else if (quote === '' && /\s/.test(char)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote) quote = '';
      word += char;
    }
  }
  return word === '' ? words : [...words, word];
}

/** Removes the quotes of a word and expands the variables that are not between single quotes. */
export function expandWord(text: string, { valueOf, escape = '\\' }: WordRules): string {
  let out = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === quote) quote = '';
    else if (quote === "'") out += char;
    else if (char === escape && at + 1 < text.length) {
      const next = text.charAt(++at);
      out += quote === '' || '"$'.includes(next) || next === escape ? next : char + next;
    } else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === '$') {
      const { value, end } = variableAt(text, at, { valueOf, escape });
      out += value;
      at = end - 1;
    } else out += char;
  }
  return out;
}

interface Expansion {
  readonly value: string;
  /** Offset after the variable. */
  readonly end: number;
}

function variableAt(text: string, at: number, rules: WordRules): Expansion {
  const plain = /^\$([A-Za-z_]\w*|\d)/.exec(text.slice(at));
  if (plain !== null) {
    return { value: rules.valueOf(plain[1] ?? '') ?? '', end: at + plain[0].length };
  }
  if (text.charAt(at + 1) !== '{') return { value: '$', end: at + 1 };
  const end = closingBrace(text, at + 2);
  const parts = /^(\w+)(?:(:?)([-+?])(.*))?$/s.exec(text.slice(at + 2, end));
  if (parts === null) return { value: text.slice(at, end + 1), end: end + 1 };
  const [, name = '', colon, operator, word = ''] = parts;
  const value = rules.valueOf(name);
  const present = value !== undefined && (colon !== ':' || value !== '');
  const other = (): string => expandWord(word, rules);
  if (operator === '+') return { value: present ? other() : '', end: end + 1 };
  if (operator === '-') return { value: present ? value : other(), end: end + 1 };
  return { value: value ?? '', end: end + 1 };
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) depth++;
    else if (text.charAt(at) === '}' && --depth === 0) return at;
  }
  return text.length;
}
