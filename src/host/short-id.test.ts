import { expect, test } from 'vitest';

import { shortIdOf } from './short-id.ts';

test.each([
  // The published vectors of 64 bits, their halves combined: cbf29ce4 84222325, 85944171 f73967e8.
  ['', '4fd0bfc1'],
  ['foobar', '72ad2699'],
])('of %j it is %s', (text, id) => {
  expect(shortIdOf(text)).toBe(id);
});

test('of a thousand similar texts no two are the same', () => {
  const ids = Array.from({ length: 1000 }, (_, index) => shortIdOf(`/home/a/state/${index}`));
  expect(new Set(ids).size).toBe(1000);
});

test('it always has eight digits, also of what is not ASCII', () => {
  for (const text of ['ä', '🚀', 'x'.repeat(5000)])
    expect(shortIdOf(text)).toMatch(/^[0-9a-f]{8}$/);
});
