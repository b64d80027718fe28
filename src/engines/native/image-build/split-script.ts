/** One command of a shell text, between `&&`, `;` and line ends. */
export interface ScriptCommand {
  readonly text: string;
  /** The commands joined by `|` and `||`, each as its words with their quotes. Empty for `if`, `for` and the like. */
  readonly simple: readonly (readonly string[])[];
}

const COMPOUND = /^(?:if|for|while|until|case|function|\{|\(|\[\[|!)(?:\s|$|\()|^\(|^\w+\s*\(\)/;

/** Splits shell text into its commands, in order. From the first compound command on, the rest is one. */
export function splitScript(script: string): readonly ScriptCommand[] {
  const commands: ScriptCommand[] = [];
  let rest = script.replaceAll('\r\n', '\n').replaceAll('\\\n', ' ');
  while (rest.trim() !== '') {
    rest = rest.trimStart();
    if (rest.startsWith('#')) {
      rest = rest.slice((rest.indexOf('\n') + 1 || rest.length + 1) - 1);
      continue;
    }
    if (COMPOUND.test(rest)) return [...commands, { text: rest.trim(), simple: [] }];
    const { pieces, end } = nextCommand(rest);
    const text = rest.slice(0, end).trim();
    if (text !== '') commands.push({ text, simple: pieces.map(wordsOf) });
    rest = rest.slice(end).replace(/^(?:&&|;|\n)/, '');
  }
  return commands;
}

/** Reads to the end of one command. */
function nextCommand(text: string): { readonly pieces: readonly string[]; readonly end: number } {
  const pieces: string[] = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\n' || char === ';' || text.startsWith('&&', at)) break;
    if (char === '|') {
      pieces.push(text.slice(from, at));
      at += text.startsWith('||', at) ? 2 : 1;
      from = at;
    } else at = afterToken(text, at);
  }
  return { pieces: [...pieces, text.slice(from, at)], end: at };
}

/** Offset after one character, quoted text or substitution. */
function afterToken(text: string, at: number): number {
  const char = text.charAt(at);
  if (char === '\\') return at + 2;
  if (char === "'" || char === '`') return closing(text, at + 1, char);
  if (char === '"') return afterQuoted(text, at + 1);
  return text.startsWith('$(', at) ? afterSubstitution(text, at + 2) : at + 1;
}

function closing(text: string, from: number, mark: string): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + 1;
}

function afterQuoted(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== '"') {
    at = text.charAt(at) === "'" ? at + 1 : afterToken(text, at);
  }
  return at + 1;
}

function afterSubstitution(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== ')') at = afterToken(text, at);
  return at + 1;
}

function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let at = 0;
  let word = '';
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      if (word !== '') words.push(word);
      word = '';
      at++;
    } else {
      const end = afterToken(text, at);
      word += text.slice(at, end);
      at = end;
    }
  }
  return word === '' ? words : [...words, word];
}
