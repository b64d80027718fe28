import { expect, test } from 'vitest';

import { splitDockerfile } from './split-dockerfile.ts';

const wordsOf = (file: string) => splitDockerfile(file).map(({ keyword, text }) => [keyword, text]);

test('keywords are in capitals, comments and empty lines are none', () => {
  expect(wordsOf('# first\n\nfrom node:22 AS build\n  # second\n\tCopy  a   b\nWORKDIR\n')).toEqual(
    [
      ['FROM', 'node:22 AS build'],
      ['COPY', 'a b'],
      ['WORKDIR', ''],
    ],
  );
});

test('an instruction goes on after a backslash, over comments and empty lines', () => {
  expect(wordsOf('RUN a \\\n  # why\n\n  && b \\  \r\n  && c\r\nCMD d')).toEqual([
    ['RUN', 'a && b && c'],
    ['CMD', 'd'],
  ]);
});

test('a word that is continued stays one', () => {
  expect(wordsOf('RUN ab\\\ncd\nCMD x \\')).toEqual([
    ['RUN', 'abcd'],
    ['CMD', 'x'],
  ]);
});

test.each([
  ['# escape=`\n', [['RUN', 'a && b']]],
  ['# syntax=docker/dockerfile:1\n#  Escape = `\n', [['RUN', 'a && b']]],
  ['\uFEFF# escape=`\n', [['RUN', 'a && b']]],
  [
    '# a comment ends the directives\n# escape=`\n',
    [
      ['RUN', 'a `'],
      ['&&', 'b'],
    ],
  ],
])('%j says which sign continues a line', (directives, expected) => {
  expect(wordsOf(`${directives}RUN a \`\n&& b`)).toEqual(expected);
});

test('here-documents are bodies, and end the instruction', () => {
  const file =
    'RUN <<EOF\n# no comment\na\nEOF\nCOPY <<-"one" <<two /x/\n\t1\n\tone\n2\ntwo\nCMD b\n';
  expect(splitDockerfile(file)).toMatchObject([
    { keyword: 'RUN', text: '<<EOF', heredocs: ['# no comment\na'] },
    { keyword: 'COPY', text: '<<-"one" <<two /x/', heredocs: ['\t1', '2'] },
    { keyword: 'CMD', text: 'b', heredocs: [] },
  ]);
});

test.each(['RUN cat <<< word', 'RUN echo $((1<<2))', 'CMD a <<EOF', 'RUN a << b'])(
  '%j has no here-document',
  (line) => {
    expect(splitDockerfile(`${line}\nUSER b`)).toMatchObject([{ heredocs: [] }, { text: 'b' }]);
  },
);

test('a here-document that does not end goes to the end of the file', () => {
  expect(splitDockerfile('RUN <<EOF\na\n\nb')).toMatchObject([{ heredocs: ['a\n\nb'], end: 14 }]);
});

test('each instruction knows where it stands, here-documents included', () => {
  const file = '\uFEFF\r\n  FROM a\r\nRUN b \\\r\n  c\r\nRUN <<E\nd\nE\n';
  expect(splitDockerfile(file).map(({ start, end }) => file.slice(start, end))).toEqual([
    'FROM a',
    'RUN b \\\r\n  c',
    'RUN <<E\nd\nE',
  ]);
});

test.each(['', '\n', '# only a comment', '\\', ' \\\n\\\n', '\uFEFF', '\0'])(
  '%j is read without complaint',
  (file) => {
    expect(splitDockerfile(file).length).toBeLessThanOrEqual(1);
  },
);
