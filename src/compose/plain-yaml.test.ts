import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseAnyYaml } from './parse-any-yaml.ts';
import { readPlainYaml } from './plain-yaml.ts';

const WHOLE = `# what follows is plain
services:
  web: # the first
    image: \${REGISTRY:-example.com}/web:1
    command: ["run", 'it', --now, [a, { b: c }], {}, []]
    environment:
      URL: http://web:80/#top
      EMPTY:

      NUMBER: 0440
      TRUTH: true
    ports:
    - "80:80"
    - 443:443
    volumes:
      - data:/data
      - type: bind
        source: ./here   # beside the file
        target: /there
        bind:
          selinux: z
    healthcheck: { test: ["CMD", "true"], interval: 5s, retries: 3 }
  db:
    image: 'postgres'
    command: >
      sh -c "migrate &&
             serve"

      and more
  # not of the text
  tool:
    entrypoint: [sh, -c]
    command:
      - |- # as it stands
        a: 1

          # of the text
        b
      - >+
       folded

volumes:
  data: {}
  none:
`;

/** Parts of lines from which files are thrown together: some are plain, some YAML, some neither. */
const PARTS: readonly string[] = [
  'a b web image null true 12 0x1f .5 1.2.3 $x ${A:-b} ~ x:y http://h/#t a#b é = % @ ` --'.split(
    ' ',
  ),
  `"q" 's' "a\\n" '' "" 'it''s' " ' [a,b] [ ] { } {} [] [a,] [a,[b]] ["x",-c] , #`.split(' '),
  ': :- - -x --- ... ? &x *x !reset | > <<'.split(' '),
  [
    ' ',
    '  ',
    ': ',
    ' : ',
    '- ',
    '? ',
    '{ a: b }',
    '{a: b}',
    '[a: b]',
    '[a, b]',
    ' #',
    '# c',
    ' # c\n',
  ],
  ['\n', '\n\n', '\n  ', '\n    ', '\n      ', '\n- ', '\n  - ', '\n    - ', '|\n', '\t', '\r\n'],
  [
    'a: |\n',
    'a: >\n',
    'b: |-\n  ',
    'b: >+\n  ',
    '- |\n',
    '- >-\n    ',
    ' >2\n',
    '   x\n',
    '     y\n',
  ],
  ['a: 1\n', 'b:\n', '  c: d\n', '\u2028', '\u00A0', '\u{1F600}', '\uFEFF', '\u0085'],
].flat();

describe('plain YAML', () => {
  test('a file as they are written is read', () => {
    expect(readPlainYaml(WHOLE, '/c.yaml')).toEqual(parseAnyYaml(WHOLE, '/c.yaml').documents[0]);
  });

  test.each([
    ['an anchor', 'a: &x b'],
    ['an alias', 'a: *x'],
    ['a tag', 'a: !reset b'],
    ['a merge key', 'a:\n  <<: b'],
    ['a block of text with a number for its indent', 'a: |2\n  b\n'],
    ['a block of text that begins with an empty line', 'a: |\n\n  b\n'],
    ['a block of text without an end', 'a: |\n  b'],
    ['a block of no text', 'a: |\nb: c\n'],
    ['a block of text that is not indented', 'a:\n  b: |\n  c\n'],
    ['text on two lines', 'a: b\n  c'],
    ['a key twice', 'a: 1\na: 2'],
    ['a key that is no text', 'true: 1'],
    ['an escape', 'a: "\\n"'],
    ['a quote that stays open', 'a: "b'],
    ['two colons', 'a: b: c'],
    ['a tab', 'a:\tb'],
    ['an indent that is none', 'a:\n    b: 1\n  c: 2'],
    ['several documents', 'a: 1\n---\nb: 2'],
    ['a list', '- a'],
    ['nothing', '# nothing'],
    ['brackets on two lines', 'a: [b,\n  c]'],
  ])('%s is left to the whole parser', (_, text) => {
    expect(readPlainYaml(text, '/c.yaml')).toBeUndefined();
  });

  test('what is read is what the whole parser reads, of blocks of text thrown together', () => {
    const line = fc.constantFrom(
      '',
      ' ',
      '  ',
      '   ',
      '  a',
      '  b c',
      '   d',
      '    e',
      ' f',
      '  # g',
      'h:',
    );
    const header = fc.constantFrom('|', '>', '|-', '>-', '|+', '>+ # c', '> ');
    const place = fc.constantFrom('a: ', 'a:\n  - ', '- ', 'a:\n  - b: ', 'a:\n  b: ');
    fc.assert(
      fc.property(place, header, fc.array(line, { maxLength: 7 }), fc.boolean(), (...parts) => {
        const [at, style, lines, ends] = parts;
        isSame(`${at}${style}\n${lines.join('\n')}${ends ? '\nz: 1\n' : ''}`);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['text', `a: ${'x'.repeat(5e6)}`],
    ['text in a block', `a: |\n  ${'x\n  '.repeat(1e6)}`],
    ['words', `a: ${'x '.repeat(5e6)}`],
    ['text with hash signs', `a: x${'#'.repeat(5e6)}`],
    ['text in brackets', `a: [${'x'.repeat(5e6)}]`],
    ['a key', `${'x'.repeat(5e6)}: a`],
  ])('%s without end is left to the whole parser', (_, text) => {
    expect(readPlainYaml(text, '/c.yaml')).toBeUndefined();
  });

  test.each([
    ['empty lines', '\n'.repeat(5e6)],
    ['lines of spaces', '  \n'.repeat(2e6)],
    ['comments', '# c\n'.repeat(2e6)],
  ])('millions of %s are passed over', (_, idle) => {
    const root = readPlainYaml(`${idle}a: b\n${idle}# the end`, '/c.yaml');
    expect(root?.entries.map(({ key, keyAt }) => [key, keyAt.start])).toEqual([['a', idle.length]]);
  });

  test('what is read is what the whole parser reads, of files thrown together', () => {
    const texts = fc.array(fc.constantFrom(...PARTS), { maxLength: 12 });
    fc.assert(
      fc.property(texts, (parts) => {
        isSame(parts.join(''));
      }),
      { numRuns: 5000 },
    );
  });

  test('what is read is what the whole parser reads, of a file with one part exchanged', () => {
    const place = fc.nat({ max: WHOLE.length });
    fc.assert(
      fc.property(place, fc.nat({ max: 4 }), fc.constantFrom(...PARTS), (at, length, part) => {
        isSame(WHOLE.slice(0, at) + part + WHOLE.slice(at + length));
      }),
      { numRuns: 3000 },
    );
  });

  test('what is read is what the whole parser reads, of every file of the golden cases', () => {
    const golden = join(import.meta.dirname, '../../test/golden');
    const files = readdirSync(golden, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.ya?ml$/.test(file),
    );
    for (const file of files) isSame(readFileSync(join(golden, file), 'utf8'));
    expect(files.length).toBeGreaterThan(20);
  });
});

function isSame(text: string): void {
  const read = readPlainYaml(text, '/c.yaml');
  const whole = parseAnyYaml(text, '/c.yaml');
  expect(read === undefined ? whole : { documents: [read], diagnostics: [] }).toEqual(whole);
}
