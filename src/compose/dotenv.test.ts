import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseDotenv } from './dotenv.ts';

const shell: Readonly<Record<string, string>> = { HOME: '/home/u', X: 'shell' };

function parse(text: string): ReturnType<typeof parseDotenv> {
  return parseDotenv(text, { file: '/.env', lookUp: (name) => shell[name] });
}

function values(text: string): Readonly<Record<string, string>> {
  const { variables, diagnostics } = parse(text);
  expect(diagnostics).toEqual([]);
  return Object.fromEntries([...variables].map(([name, { value }]) => [name, value]));
}

test.each<[string, string, Readonly<Record<string, string>>]>([
  ['a value', 'A=1', { A: '1' }],
  ['an empty value', 'A=\nB=2', { A: '', B: '2' }],
  ['blanks around', '  A = x y  \n', { A: 'x y' }],
  ['a colon', 'A: x', { A: 'x' }],
  ['export', 'export A=1\nexport  B = 2', { A: '1', B: '2' }],
  ['comments', '# c\nA=1 # c\nB=a#b\n#\n', { A: '1', B: 'a#b' }],
  ['a byte order mark', '\uFEFFA=1', { A: '1' }],
  ['Windows line ends', 'A=1\r\nB="2"\r\n', { A: '1', B: '2' }],
  ['single quotes', "A='$X \\n #'", { A: '$X \\n #' }],
  ['a single quote in single quotes', "A='it\\'s'", { A: "it's" }],
  ['double quotes', 'A="a\\tb\\n\\"c\\" \\\\ #"', { A: 'a\tb\n"c" \\ #' }],
  ['an octal escape', 'A="\\0101"', { A: 'A' }],
  ['several lines', 'A="one\ntwo"\nB=1', { A: 'one\ntwo', B: '1' }],
  ['a variable of the shell', 'A=${HOME}/x', { A: '/home/u/x' }],
  ['a variable of an earlier line', 'A=1\nB=$A', { A: '1', B: '1' }],
  ['the shell wins over an earlier line', 'X=file\nB=$X', { X: 'file', B: 'shell' }],
  ['a default', 'A=${NO:-d}', { A: 'd' }],
  ['a dollar sign by escape', 'A="\\$X"', { A: '$X' }],
  ['a dollar sign by doubling', 'A=$$X', { A: '$X' }],
  ['a bare name takes what the shell has', 'X\nNO\nA=1', { X: 'shell', A: '1' }],
  ['a bare name at the end', 'A=1\nX', { A: '1', X: 'shell' }],
  ['the last line of a name wins', 'A=1\nA=2', { A: '2' }],
  ['dots and brackets in names', 'a.b[0]-c=1', { 'a.b[0]-c': '1' }],
  ['an equals sign in the value', 'A=b=c', { A: 'b=c' }],
  ['nothing at all', '', {}],
])('%s', (_, text, expected) => {
  expect(values(text)).toEqual(expected);
});

test.each<[string, string, [code: string, under: string]]>([
  ['a quote that is not closed', 'A="x\nB=1', ['compose/env-syntax', '"x']],
  ['a character that no name has', 'A=1\nB&=2', ['compose/env-syntax', '&']],
  ['a blank in a name', 'MY KEY=1', ['compose/env-syntax', 'MY KEY']],
  ['no name', '=1', ['compose/env-syntax', '=']],
  ['a variable that is not set', 'P=s3cret$x', ['compose/unset-variable', '$x']],
  ['a variable that must be set', 'P=${NO:?no}', ['compose/required-variable', '${NO:?no}']],
  ['half a variable', 'P=${', ['compose/bad-interpolation', '${']],
])('%s is found at its place', (_, text, expected) => {
  const { diagnostics } = parse(text);
  expect(diagnostics.map((each) => [each.code, text.slice(each.at?.start, each.at?.end)])).toEqual([
    expected,
  ]);
});

test('every wrong line is reported, and the right ones are read', () => {
  const { variables, diagnostics } = parse('A&=1\nB=2\nC D=3\nE=4\n');
  expect([...variables.keys()]).toEqual(['B', 'E']);
  expect(diagnostics).toHaveLength(2);
});

test('a value knows where it was written', () => {
  const text = 'A=1\nB= "two" # c\n';
  const at = parse(text).variables.get('B')?.at;
  expect(text.slice(at?.start, at?.end)).toBe('"two"');
});

test('whatever the text is, nothing is thrown and every place lies inside', () => {
  const parts = fc.constantFrom(
    'A',
    '=',
    '"',
    "'",
    '\n',
    ' ',
    '#',
    '$',
    '{',
    '}',
    '\\',
    'export ',
    ':',
    '\r',
    '&',
    '😀',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(parts, { maxLength: 30 }).map((each) => each.join('')),
  );
  fc.assert(
    fc.property(text, (written) => {
      for (const { at } of parse(written).diagnostics) {
        expect(at && at.start <= at.end && at.end <= written.length).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});
