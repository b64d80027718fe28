export type Words =
  | {
      readonly kind: 'words';
      readonly words: readonly string[];
      /** What stands after the first operator of a shell, that included: Compose runs no shell and drops it. */
      readonly dropped?: string;
    }
  | { readonly kind: 'unfinished'; readonly why: string };

interface State {
  readonly words: string[];
  word: string;
  /** Quotes make a word even of nothing. */
  quoted: boolean;
  /** In what we are: a quote, a back-quoted or a `$(…)` command, or nothing. */
  within: '' | '"' | "'" | '`' | '(';
}

/**
 * The words of a command line exactly as Docker Compose takes them apart. It is not what a shell does: `\t` and `\n` are
 * a tab and a line break, back-quoted and `$(…)` commands stay as they are, round brackets are a mistake, and
 * everything from the first `;`, `&`, `|`, `<` or `>` on is dropped.
 */
export function splitWords(line: string): Words {
  const state: State = { words: [], word: '', quoted: false, within: '' };
  const characters = Array.from(line);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? '';
    if (character === '\\' && state.within !== "'") {
      i += 1;
      const next = characters[i];
      if (next === undefined) return { kind: 'unfinished', why: 'it ends with a backslash' };
      state.word += escaped(next, state.within);
    } else if (state.within === '' && ';&|<>'.includes(character)) {
      // A number right before `>` would name a file descriptor.
      if (character === '>' && /^\d+$/.test(state.word)) [state.word, state.quoted] = ['', false];
      endWord(state);
      return { kind: 'words', words: state.words, dropped: characters.slice(i).join('') };
    } else {
      const why = take(character, state);
      if (why !== undefined) return { kind: 'unfinished', why };
    }
  }
  endWord(state);
  if (state.within !== '')
    return { kind: 'unfinished', why: `${OPENED[state.within]} is never closed` };
  return { kind: 'words', words: state.words };
}

const OPENED = {
  '"': 'a double quote',
  "'": 'a single quote',
  '`': 'a back quote',
  '(': 'a bracket',
};

function escaped(character: string, within: State['within']): string {
  if (within === '`' || within === '(') return `\\${character}`;
  return character === 't' ? '\t' : character === 'n' ? '\n' : character;
}

/** Takes one plain character; what it returns is why that is impossible. */
function take(character: string, state: State): string | undefined {
  const { within } = state;
  if (' \t\r\n'.includes(character) && within === '') {
    endWord(state);
  } else if (character === '"' || character === "'") {
    takeQuote(character, state);
  } else if (character === '(' && (within === '' || within === '(')) {
    if (within === '(' || !/(?<!\\)\$$/.test(state.word))
      return 'it has a round bracket outside of quotes';
    state.within = '(';
    state.word += character;
  } else if (character === ')' && (within === '' || within === '(')) {
    if (within === '') return 'it has a round bracket outside of quotes';
    state.within = '';
    state.word += character;
  } else {
    if (character === '`' && (within === '' || within === '`'))
      state.within = within === '' ? '`' : '';
    state.word += character;
  }
  return undefined;
}

function takeQuote(quote: '"' | "'", state: State): void {
  if (state.within === '') {
    state.within = quote;
  } else if (state.within === quote) {
    state.within = '';
    state.quoted = true;
  } else {
    state.word += quote;
  }
}

function endWord(state: State): void {
  if (state.quoted || state.word !== '') state.words.push(state.word);
  state.word = '';
  state.quoted = false;
}
