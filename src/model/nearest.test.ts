import { assert, constantFrom, property, string } from 'fast-check';
import { expect, test } from 'vitest';

import { differences, nearest, onlyNearest } from './nearest.ts';

const keys = ['environment', 'env_file', 'depends_on', 'image', 'ports', 'name'];

test.each([
  ['enviroment', 'environment'],
  ['dependsOn', 'depends_on'],
  ['depends-on', 'depends_on'],
  ['port', 'ports'],
  ['IMAGE', 'image'],
  ['zzz', undefined],
  ['iamge', 'image'],
  ['nmae', 'name'],
  ['', undefined],
  ['日本', undefined],
])('%j is taken for %s', (written, meant) => {
  expect(nearest(written, keys)).toBe(meant);
});

test.each([
  ['bd', 'db'],
  ['dbb', 'db'],
  ['cahce', 'cache'],
  ['x', undefined],
  ['web1', 'web'],
])('of short names, %j is taken for %s', (written, meant) => {
  expect(nearest(written, ['web', 'db', 'cache'])).toBe(meant);
});

test.each([
  ['servce1', ['service1', 'service2'], 'service1'],
  ['serviceX', ['service1', 'service2'], undefined],
  ['service3', ['service1', 'service1'], 'service1'],
  ['web', ['w-e-b', 'WEB'], undefined],
])('beyond doubt is only what has no rival: %j of %j', (written, names, meant) => {
  expect(onlyNearest(written, names)).toBe(meant);
});

test('a candidate is near exactly when few enough of its letters differ', () => {
  const word = string({
    unit: constantFrom('a', 'b', 'c', '1', 'q'),
    minLength: 3,
    maxLength: 9,
  });
  assert(
    property(word, word, (written, candidate) => {
      const allowed = Math.max(1, Math.floor(written.length / 3));
      const near = differences(written, candidate) <= allowed;
      expect(nearest(written, [candidate])).toBe(near ? candidate : undefined);
    }),
  );
});
