import { expect, test } from 'vitest';
import { ageInWords, dateInWords, migrationTitle, sizeInWords } from '../src/words.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [7_812_787, '7.8 MB'],
  [123_456_789, '123 MB'],
  [5e15, '5000 TB'],
])('%d bytes read %s', (sizeBytes, words) => {
  expect(sizeInWords(sizeBytes)).toBe(words);
});

test.each([
  ['2026-01-10T11:59:59.900Z', 'just now'],
  ['2026-01-10T12:00:05.000Z', 'just now'],
  ['2026-01-10T11:59:30.000Z', '30 s ago'],
  ['2026-01-10T11:00:01.000Z', '59 min ago'],
  ['2026-01-10T02:00:00.000Z', '10 h ago'],
  ['2026-01-09T11:00:00.000Z', 'yesterday'],
  ['2026-01-01T12:00:00.000Z', '9 days ago'],
])('%s is %s', (then, words) => {
  expect(ageInWords(then, '2026-01-10T12:00:00.000Z')).toBe(words);
});

test('dates and migrations are readable', () => {
  expect(dateInWords('2026-01-10T12:00:05.123Z')).toBe('2026-01-10 12:00:05 UTC');
  expect(migrationTitle('20250901080000000_create-heartbeat')).toBe('create heartbeat');
});
