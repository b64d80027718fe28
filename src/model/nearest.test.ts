import { expect, test } from 'vitest';

import { nearest } from './nearest.ts';

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
