import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';

import type { Json } from '../model/project.ts';
import { asGoWrites } from './go-yaml.ts';
import { toYaml } from './yaml.ts';

test.each<[Json, string]>([
  [{ a: 1, b: 'text', c: true, d: null }, 'a: 1\nb: text\nc: true\nd: null\n'],
  [
    { list: ['x', { p: 1, q: 2 }], empty: [], none: {} },
    'list:\n  - x\n  - p: 1\n    q: 2\nempty: []\nnone: {}\n',
  ],
  [
    { a: 'yes', b: '10', c: '', d: '1e3', e: '12:30' },
    'a: "yes"\nb: "10"\nc: ""\nd: "1e3"\ne: "12:30"\n',
  ],
  [
    { a: '10s', b: '0.5', c: '1.27-alpine', d: '0x1F', e: '--host', f: '---', g: '-' },
    'a: 10s\nb: "0.5"\nc: 1.27-alpine\nd: "0x1F"\ne: --host\nf: "---"\ng: "-"\n',
  ],
  [{ text: 'one\n  two\n' }, 'text: |\n  one\n    two\n'],
  [{ text: 'one\n\ntwo' }, 'text: |-\n  one\n\n  two\n'],
])('%j is %j', (value, yaml) => {
  expect(toYaml(value)).toBe(yaml);
});

test.each([
  ['10s', '10s'],
  ['80', '"80"'],
  ['', '""'],
  ['~', '"~"'],
  ['no', "'no'"],
  ['12:30', "'12:30'"],
  ['2026-01-31', "'2026-01-31'"],
  ['8080:80', '8080:80'],
  ['$PW', '$PW'],
  ['a: b', "'a: b'"],
  ['it\'s: "x"', `'it''s: "x"'`],
  ['a #b', "'a #b'"],
  ['a#b', 'a#b'],
  ['<b>&', '<b>&'],
  ['- a', "'- a'"],
  ['--host', '--host'],
  ['\u0007', String.raw`"\u0007"`],
])('%j is written as %s where Docker Compose is followed', (text, yaml) => {
  expect(asGoWrites(text)).toBe(yaml);
});

test.each([
  ['carefully', undefined],
  ['as Docker Compose does', asGoWrites],
])('whatever is written %s is read back as the same', (_, writeText) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }).filter((each) => !/\p{Surrogate}/u.test(each)),
    fc.string({
      unit: fc.constantFrom(
        'a',
        ' ',
        '\n',
        ':',
        '#',
        '-',
        '\t',
        '"',
        "'",
        '|',
        '1',
        ',',
        '.',
        'e',
        's',
        'x',
        '0',
      ),
    }),
  );
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        tie('tree'),
        { maxKeys: 4, noNullPrototype: true },
      ),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      expect(load(toYaml(value, writeText))).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

test('a long number that ends as none takes no longer than any other text', () => {
  const text = `1${'g'.repeat(1_000_000)}!`;
  expect(load(toYaml(text))).toBe(text);
});
