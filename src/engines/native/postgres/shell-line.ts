/** One part of a command line that stands between `&&`. */
export interface SimpleCommand {
  /** Variables set for this command only, as in `PGPASSWORD=x psql`. */
  readonly variables: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

/**
 * Reads a line of a shell that does nothing but run simple commands one after the other: quotes, variables and their
 * defaults are understood; output that is thrown away and `|| exit 1` change nothing and are left out. Undefined as soon as
 * there is anything else, for then only a shell knows.
 */
export function readShellLine(
  line: string,
  environment: ReadonlyMap<string, string>,
): readonly SimpleCommand[] | undefined {
  const plain = line
    .trim()
    .replace(/;\s*$/, '')
    .replace(/\s*\|\|\s*(?:exit|return|false)(?:\s+\d+)?\s*$/, '')
    .replaceAll(/\s+(?:[12]?>|&>)\s*\/dev\/null(?=\s|$)|\s+2>&1(?=\s|$)/g, '');
  const words = wordsOf(plain, environment);
  if (words === undefined) return undefined;
  const commands: SimpleCommand[] = [];
  for (const group of splitAt(words)) {
    const command = commandOf(group);
    if (command === undefined) return undefined;
    commands.push(command);
  }
  return commands;
}

const and = Symbol('&&');
type Word = string | typeof and;

function splitAt(words: readonly Word[]): readonly (readonly string[])[] {
  const groups: string[][] = [[]];
  for (const word of words) {
    if (word === and) groups.push([]);
    else groups.at(-1)?.push(word);
  }
  return groups;
}

function commandOf(group: readonly string[]): SimpleCommand | undefined {
  const variables = new Map<string, string>();
  let first = 0;
  for (; first < group.length; first += 1) {
    const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(group[first] ?? '');
    if (match === null) break;
    variables.set(match[1] ?? '', match[2] ?? '');
  }
  const words = group.slice(first);
  if (words[0] === 'exec') words.shift();
  return words.length === 0 ? undefined : { variables, words };
}

/** Pieces of which a word is made: plain text, quotes, variables; and what ends one. */
const PIECE =
  /\s+|&&|'([^']*)'|"((?:[^"\\$`]|\\["\\$`]|\$\{\w+(?::?-[^}"'$`\\]*)?\}|\$\w+)*)"|\$\{(\w+)(?::?-([^}"'$`\\]*))?\}|\$(\w+)|\\(.)|([^\s'"$`\\&|;<>()*?[\]#~!{}]+)/gsy;

function wordsOf(
  line: string,
  environment: ReadonlyMap<string, string>,
): readonly Word[] | undefined {
  const words: Word[] = [];
  let word: string | undefined;
  let at = 0;
  const value = (name: string, otherwise = ''): string => environment.get(name) || otherwise;
  for (const match of line.matchAll(PIECE)) {
    if (match.index !== at) return undefined;
    at += match[0].length;
    const [all, single, double, braced, otherwise, bare, escaped, plain] = match;
    if (/^\s+$/.test(all) || all === '&&') {
      if (word !== undefined) words.push(word);
      word = undefined;
      if (all === '&&') words.push(and);
      continue;
    }
    const text =
      single ?? escaped ?? plain ?? (double === undefined ? undefined : inQuotes(double, value));
    // An unquoted value would be split at its spaces.
    const expanded = text ?? value(braced ?? bare ?? '', otherwise);
    if (text === undefined && /[\s*?[]/.test(expanded)) return undefined;
    word = (word ?? '') + expanded;
  }
  if (at !== line.length) return undefined;
  return word === undefined ? words : [...words, word];
}

function inQuotes(text: string, value: (name: string, otherwise?: string) => string): string {
  return text.replaceAll(
    /\\(["\\$`])|\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g,
    // oxlint-disable-next-line max-params -- the groups of the expression above
    (_, escaped?: string, braced?: string, otherwise?: string, bare?: string) =>
      escaped ?? value(braced ?? bare ?? '', otherwise),
  );
}
