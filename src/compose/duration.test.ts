import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';

import { canonicalDuration, formatDuration, parseDuration } from './duration.ts';

test.each<[text: string, ms: number, canonical: string]>([
  ['0', 0, '0s'],
  ['10s', 10_000, '10s'],
  ['1m30s', 90_000, '1m30s'],
  ['90s', 90_000, '1m30s'],
  ['1.5s', 1500, '1.5s'],
  ['.5h', 1_800_000, '30m0s'],
  ['500ms', 500, '500ms'],
  ['1500us', 1.5, '1.5ms'],
  ['2µs', 0.002, '2µs'],
  ['7ns', 0.000_007, '7ns'],
  ['1d', 86_400_000, '24h0m0s'],
  ['1w2d3h', 788_400_000, '219h0m0s'],
  ['-1m', -60_000, '-1m0s'],
  ['+1h1m1.001s', 3_661_001, '1h1m1.001s'],
])('%s is %d ms and is printed as %s', (text, ms, canonical) => {
  expect([parseDuration(text), canonicalDuration(text)]).toEqual([ms, canonical]);
});

test.each([
  '',
  '10',
  'ten',
  '1 s',
  '1s ',
  '.s',
  '1x',
  '-',
  's',
  '1.2.3s',
  '99999999w',
  '__proto__',
  '1constructor',
])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test('what is printed is read back', () => {
  assert(
    property(integer({ min: 0, max: 10 ** 12 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});
