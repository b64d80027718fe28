import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { globOf, ignoresOf, take } from './context-files.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'context-'));
  for (const path of [
    'a.txt',
    'b.txt',
    'src/x.ts',
    'src/y.md',
    'node_modules/z/i.js',
    '.env',
    'sp ace/ü',
  ]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
  symlinkSync('a.txt', join(folder, 'link'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const paths = (pattern: string, ignore = '') =>
  take({ folder, ...ignoresOf(ignore) }, pattern).map(({ path, entries }) => [
    path.slice(folder.length + 1),
    entries.map((entry) => entry.path),
  ]);

test.each([
  ['a.txt', '', [['a.txt', ['']]]],
  [
    '*.txt',
    '',
    [
      ['a.txt', ['']],
      ['b.txt', ['']],
    ],
  ],
  ['./src/', '', [['src', ['', 'x.ts', 'y.md']]]],
  ['s*/x.ts', '', [['src/x.ts', ['']]]],
  ['src', '**/*.md', [['src', ['', 'x.ts']]]],
  ['.env', '.env*', []],
  ['nothing', '', []],
  ['../../etc/passwd', '', []],
  ['link', '', [['link', ['']]]],
  ['sp ace', '', [['sp ace', ['', 'ü']]]],
  ['src', '*\n!src/x.ts', [['src', ['', 'x.ts']]]],
])('%s without %j', (...row) => {
  const [pattern, ignore, expected] = row;
  expect(paths(pattern, ignore)).toEqual(expected);
});

test('the whole context comes without what is ignored', () => {
  expect(paths('.', 'node_modules\n.env\nsrc\nsp*')).toEqual([
    ['', ['', 'a.txt', 'b.txt', 'link']],
  ]);
});

test.each([
  ['a*b', 'axxb', true],
  ['a?b', 'ab', false],
  ['[a-c]x', 'bx', true],
  ['[^a]x', 'ax', false],
  ['a.b', 'axb', false],
  ['a\\*', 'a*', true],
  ['(x', '(x', true],
])('%s and %s: %s', (...row) => {
  const [pattern, name, expected] = row;
  expect(globOf(pattern).test(name)).toBe(expected);
});
