import { expect, test } from 'vitest';

import { joined } from './join-outputs.ts';

test.each([
  ['', '', ''],
  ['all\n', '', 'all\n'],
  ['', '$ ', '$ '],
  ['one\ntwo\n', 'two\nthree\n$ ', 'one\ntwo\nthree\n$ '],
  ['one\n', 'one\n$ ', 'one\n$ '],
  ['one\n', 'two\n', 'one\ntwo\n'],
  ['a\na\n', 'a\nb\n', 'a\na\nb\n'],
])('what was logged, %j, and then heard, %j, is %j', (log, heard, whole) => {
  expect(joined(Buffer.from(log), Buffer.from(heard)).toString()).toBe(whole);
});
