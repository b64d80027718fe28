import { expect, test } from 'vitest';

import { wrap } from './wrap.ts';

test.each<[string, number | undefined, string]>([
  ['short', 10, 'short'],
  ['as long as it gets in a pipe', undefined, 'as long as it gets in a pipe'],
  ['… waiting for the web', 12, '… waiting\n  for the\n  web'],
  ['a word-that-is-longer b', 8, 'a\n  word-that-is-longer\n  b'],
  ['\u001B[2mdim words\u001B[22m end', 9, '\u001B[2mdim words\u001B[22m\n  end'],
  ['漢字 漢字', 6, '漢字\n  漢字'],
  ['', 1, ''],
])('%j in %s columns', (line, width, wrapped) => {
  expect(wrap(line, width)).toBe(wrapped);
});
