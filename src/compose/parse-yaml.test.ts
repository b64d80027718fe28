import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Diagnostic } from '../model/diagnostic.ts';
import type { Node } from './node.ts';
import { parseYaml } from './parse-yaml.ts';

/** The values alone, as JavaScript has them. */
function plain(node: Node | undefined): unknown {
  switch (node?.kind) {
    case undefined:
      return undefined;
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plain);
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
  }
}

const read = (text: string): unknown => plain(parseYaml(text, '/c.yaml').documents[0]);
const under = (text: string, diagnostic: Diagnostic | undefined): string | undefined =>
  diagnostic?.at && text.slice(diagnostic.at.start, diagnostic.at.end);

describe('values', () => {
  test.each<[string, string, unknown]>([
    ['text stays text', 'image', 'image'],
    ['a quoted number is text', '"80"', '80'],
    ['a whole number', '80', 80],
    ['a mode with a leading zero is octal', '0440', 0o440],
    ['a new-style octal', '0o440', 0o440],
    ['hexadecimal', '0xff', 255],
    ['ports with a colon are text', '22:22', '22:22'],
    ['yes is text', 'yes', 'yes'],
    ['a date is text', '2024-01-01', '2024-01-01'],
    ['a fraction', '0.5', 0.5],
    ['null in words', 'null', null],
    ['null as a tilde', '~', null],
    ['truth', 'true', true],
    ['a version with two dots is text', '1.2.3', '1.2.3'],
    ['a tag makes text', '!!str 80', '80'],
    ['a tag makes a number', '!!int "80"', 80],
  ])('%s', (_, text, value) => {
    expect(read(`a: ${text}\n`)).toEqual({ a: value });
  });

  test('a key without a value is null', () => {
    expect(read('a:\nb: 1\n')).toEqual({ a: null, b: 1 });
  });

  test('a byte order mark and Windows line ends are passed over', () => {
    expect(read('\uFEFFa: x\r\nb: |\r\n  one\r\n  two\r\n')).toEqual({ a: 'x', b: 'one\ntwo\n' });
  });

  test('each document of a file is a tree', () => {
    const { documents } = parseYaml('a: 1\n---\nb: 2\n---\n', '/c.yaml');
    expect(documents.map(plain)).toEqual([{ a: 1 }, { b: 2 }]);
  });
});

describe('anchors and merge keys', () => {
  test('an alias repeats the value', () => {
    expect(read('a: &x {k: 1}\nb: *x\n')).toEqual({ a: { k: 1 }, b: { k: 1 } });
  });

  test('keys of the map itself win over merged ones', () => {
    expect(read('a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\n')).toMatchObject({ b: { k: 3, l: 2 } });
  });

  test('of several merged maps the first wins', () => {
    expect(read('a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc:\n  <<: [*x, *y]\n')).toMatchObject({
      c: { k: 1, l: 3 },
    });
  });

  test('a quoted << is an ordinary key', () => {
    expect(read('a: {"<<": 1}\n')).toEqual({ a: { '<<': 1 } });
  });

  test('!reset and !override are kept on the node', () => {
    const { documents } = parseYaml('a: !reset null\nb: !override [1]\n', '/c.yaml');
    const root = documents[0];
    expect(root?.kind === 'map' && root.entries.map(({ value }) => value.tag)).toEqual([
      'reset',
      'override',
    ]);
  });
});

describe('places', () => {
  test('keys and values know where they stand, quotes included', () => {
    const text = 'services:\n  web:\n    image: "nginx"\n    ports: [ "80:80", 8 ]\n';
    const written: string[] = [];
    const visit = (node: Node): void => {
      written.push(text.slice(node.at.start, node.at.end));
      if (node.kind === 'list') node.items.forEach(visit);
      if (node.kind === 'map') {
        for (const { keyAt, value } of node.entries) {
          written.push(text.slice(keyAt.start, keyAt.end));
          visit(value);
        }
      }
    };
    parseYaml(text, '/c.yaml').documents.forEach(visit);
    expect(written).toEqual([
      text.trimEnd(),
      'services',
      'web:\n    image: "nginx"\n    ports: [ "80:80", 8 ]',
      'web',
      'image: "nginx"\n    ports: [ "80:80", 8 ]',
      'image',
      '"nginx"',
      'ports',
      '[ "80:80", 8 ]',
      '"80:80"',
      '8',
    ]);
  });
});

describe('mistakes', () => {
  test.each<[string, string, [code: string, under: string]]>([
    ['a tab', 'a:\n\tb: 1\n', ['compose/yaml-syntax', '\t']],
    ['an open double quote', 'a: "x\nb: 1\n', ['compose/yaml-syntax', '"x']],
    ['an open single quote', "a:\n  b: 'x\n  c: 1\n", ['compose/yaml-syntax', "'x"]],
    ['an open bracket', 'a: [1, 2\nb: 3\n', ['compose/yaml-syntax', '[']],
    ['an open brace at the end', 'a: {b: c\n', ['compose/yaml-syntax', '{']],
    ['a missing blank', 'image:x\nb: 1\n', ['compose/yaml-syntax', 'image:x']],
    ['a missing colon', 'services:\n  web\n    image: x\n', ['compose/yaml-syntax', 'web']],
    ['a colon in a value', 'a: b: c\n', ['compose/yaml-syntax', 'b: c']],
    ['a reserved sign', 'a: @x\n', ['compose/yaml-syntax', '@x']],
    ['text behind a quote', 'image: "x" y\n', ['compose/yaml-syntax', 'y']],
    ['an apostrophe in single quotes', "a: 'it's'\n", ['compose/yaml-syntax', "s'"]],
    [
      'a line indented too little',
      's:\n  w:\n    i: x\n   p: 1\n',
      ['compose/yaml-syntax', 'p: 1'],
    ],
    ['a list beside a map', '- a\nb: c\n', ['compose/yaml-syntax', 'b: c']],
    ['a control character', 'a: \u0001\n', ['compose/yaml-syntax', '\u0001']],
    ['a null byte', 'a: \0\n', ['compose/yaml-syntax', '\0']],
    ['an unknown anchor', 'a: *x\n', ['compose/unknown-anchor', '*x']],
    ['an alias inside itself', 'a: &x [*x]\n', ['compose/recursive-alias', '*x']],
    ['a key twice', 'a: 1\na: 2\n', ['compose/duplicate-key', 'a']],
    ['a number as a key', '80: 1\n', ['compose/key-not-text', '80']],
    ['a list as a key', '? [a]\n: b\n', ['compose/key-not-text', '[a]']],
    ['a template without quotes', 'a: {{ b }}\n', ['compose/key-not-text', '{ b }']],
    ['an unknown tag', 'a: !vault x\n', ['compose/unknown-tag', '!vault']],
    ['<< without a map', 'a: &x 1\nb: {<<: *x}\n', ['compose/wrong-merge-key', '<<']],
  ])('%s is found at its place', (_, text, expected) => {
    const { diagnostics } = parseYaml(text, '/c.yaml');
    expect(diagnostics.map((each) => [each.code, under(text, each)])).toEqual([expected]);
  });

  test('a duplicate key names the first place, too', () => {
    const { diagnostics } = parseYaml('a: 1\na: 2\n', '/c.yaml');
    expect(diagnostics[0]?.related?.map(({ at }) => at.start)).toEqual([0]);
  });

  test('brackets nested without end stop at 100', () => {
    const { diagnostics } = parseYaml('['.repeat(100_000), '/c.yaml');
    expect(diagnostics.map(({ code }) => code)).toEqual(['compose/yaml-syntax']);
  });

  test('aliases that multiply are refused at once', () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
        : `a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`,
    );
    const started = performance.now();
    const { diagnostics } = parseYaml(levels.join('\n'), '/c.yaml');
    expect(diagnostics.map(({ code }) => code)).toEqual(['compose/too-many-aliases']);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('an ordinary file with thousands of aliases is read', () => {
    const services = Array.from({ length: 5000 }, (_, n) => `  s${n}:\n    <<: *x\n    image: i\n`);
    const text = `x-x: &x {restart: always, environment: {A: 1, B: 2}}\nservices:\n${services.join('')}`;
    expect(parseYaml(text, '/c.yaml').diagnostics).toEqual([]);
  });
});

test('whatever the text is, there is a tree or a diagnostic, and nothing is thrown', () => {
  const yaml = fc.array(
    fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '"',
      "'",
      '[',
      '{',
      ']',
      '}',
      '#',
      '&x',
      '*x',
      '|',
      '>',
      '\t',
      '!',
      '<<',
      '%',
      '---\n',
      '\r\n',
      '0',
      ',',
      '?',
      '$',
    ),
    { maxLength: 40 },
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    yaml.map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (written) => {
      const { diagnostics } = parseYaml(written, '/c.yaml');
      for (const { at } of diagnostics) {
        expect(at && at.start >= 0 && at.start <= at.end && at.end <= written.length).toBe(true);
      }
    }),
    { numRuns: 2000, examples: [[':\n!---\n '], ['a:\n!x\n ']] },
  );
});
