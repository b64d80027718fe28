import { expect, test } from 'vitest';

import type { Diagnostic } from '../model/diagnostic.ts';
import { applySilences, checkSilences } from './apply-silences.ts';
import { parseYaml } from './parse-yaml.ts';
import { silencesIn } from './silences.ts';

const file = '/p/compose.yaml';
const codes = ['compose/port-twice', 'compose/localhost', 'compose/unknown-key'];

/** A diagnostic at the mark `@`, which is taken out. */
function given(marked: string, found: Partial<Diagnostic> = {}) {
  const start = marked.indexOf('@');
  const text = marked.replace('@', '');
  const diagnostic: Diagnostic = {
    code: 'compose/port-twice',
    severity: 'warning',
    message: '',
    at: { file, start, end: start + 1 },
    ...found,
  };
  const silences = silencesIn(text, { file, documents: parseYaml(text, file).documents });
  const { kept, silenced } = applySilences([diagnostic], silences);
  const said = checkSilences({ silences, kept, silenced, codes }).map(({ code }) => code);
  return { isSilenced: silenced.length === 1, said };
}

const ORDER = '# bowline-ignore compose/port-twice: only for the debugger';
const silenced = { isSilenced: true, said: [] };

test.each([
  ['on its line', `services:\n  a:\n    ports: [@x] ${ORDER}\n`],
  ['above its line', `services:\n  a:\n    ${ORDER}\n    ports: [@x]\n`],
  ['above other comments', `services:\n  a:\n    ${ORDER}\n    # more\n\n    ports: [@x]\n`],
  ['above the service that has it', `services:\n  ${ORDER}\n  a:\n    ports:\n      - @x\n`],
  ['behind the key of the list that has it', `services:\n  a:\n    ports: ${ORDER}\n      - @x\n`],
  ['at the top of the file', `# mine\n${ORDER}\n\nservices:\n  a:\n    ports: [@x]\n`],
  ['with others', `services:\n  a: [@x] # bowline-ignore a/b, compose/port-twice: so\n`],
  ['with the line ends of Windows', `services:\r\n  a:\r\n    ${ORDER}\r\n    ports: [@x]\r\n`],
])('a comment silences a rule %s', (_, text) => {
  expect(given(text).isSilenced).toBe(true);
});

test.each([
  ['on the next line only', `services:\n  a: ${ORDER}\n  b: @x\n`, ['compose/silence-unused']],
  [
    'without a reason',
    'a: @x # bowline-ignore compose/port-twice\n',
    ['compose/silence-without-reason'],
  ],
  ['without anything', 'a: @x # bowline-ignore\n', ['compose/silence-without-reason']],
  [
    'with a code that there is not',
    'a: @x # bowline-ignore compose/prot-twice: so\n',
    ['compose/silence-unknown-code'],
  ],
  [
    'with another code',
    'a: @x # bowline-ignore compose/localhost: so\n',
    ['compose/silence-unused'],
  ],
])('a comment %s silences nothing and is told', (_, text, said) => {
  expect(given(text)).toEqual({ isSilenced: false, said });
});

test.each([
  ['a value', `a: "x ${ORDER}"\nb: @x\n`],
  ['a block', `a: |\n  ${ORDER}\n  b\nb: @x\n`],
])('what looks like a comment inside %s is none', (_, text) => {
  expect(given(text)).toEqual({ isSilenced: false, said: [] });
});

test('an error over which Docker Compose stops as well stays, and the comment is told', () => {
  const text = 'a: @x # bowline-ignore compose/unknown-key: so\n';
  expect(given(text, { code: 'compose/unknown-key', severity: 'error' })).toEqual({
    isSilenced: false,
    said: ['compose/silence-refused'],
  });
});

test('an error over which Docker Compose does not stop can be silenced', () => {
  expect(given(`a: @x ${ORDER}\n`, { severity: 'error' })).toEqual(silenced);
});
