import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { dataKey, objectName, objectNames } from './names.ts';

test.each([
  ['web', 'web'],
  ['postgres_db', 'postgres-db'],
  ['Web.App', 'web-app'],
  ['1st', 's-1st'],
  ['___', 's'],
])('%s is called %s', (text, name) => {
  expect(objectName(text)).toBe(name);
});

test('every name is one that a cluster takes', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: 'binary' }), (text) => {
      expect(objectName(text)).toMatch(/^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$/);
      expect(dataKey(text)).toMatch(/^[-._a-zA-Z0-9]{1,253}$/);
    }),
  );
});

test('different names stay different, and those that can stay do', () => {
  const names = objectNames(['a_b', 'a.b', 'a-b', 'A-B']);
  expect(names.get('a-b')).toBe('a-b');
  expect(new Set(names.values()).size).toBe(4);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', '_', '-', '.', 'B') })),
      (texts) => {
        expect(new Set(objectNames(texts).values()).size).toBe(texts.length);
      },
    ),
  );
});

test('keys of a Secret stay different', () => {
  const keys = ['a/b', 'a_b', 'a b', '..', '.'].map(dataKey);
  expect(new Set(keys).size).toBe(keys.length);
});
