import { expect, test } from 'vitest';

import { canonicalByteSize, parseByteSize } from './byte-size.ts';

test.each<[text: string, bytes: number]>([
  ['0', 0],
  ['2b', 2],
  ['1024', 1024],
  ['64k', 65_536],
  ['64KiB', 65_536],
  ['512m', 536_870_912],
  ['1.5gb', 1_610_612_736],
  ['.5k', 512],
  ['1 g', 1_073_741_824],
  ['1T', 1_099_511_627_776],
  ['1.9b', 1],
  ['-1', -1],
])('%s is %d bytes', (text, bytes) => {
  expect([parseByteSize(text), canonicalByteSize(text)]).toEqual([bytes, String(bytes)]);
});

test.each(['', 'm', '10x', '1kk', '1bb', '1  g', ' 1g', '1.2.3', '-1g', 'half', '9999999p'])(
  '%j is no size',
  (text) => {
    expect(parseByteSize(text)).toBeUndefined();
  },
);

test('a number of bytes that is too long for a computer keeps its digits', () => {
  expect(canonicalByteSize('9007199254740993')).toBe('9007199254740993');
});
