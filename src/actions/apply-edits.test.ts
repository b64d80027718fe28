import { expect, test } from 'vitest';

import { applyEdits } from './apply-edits.ts';

/** The text between ‹ and › is what the edit is about. */
function edited(marked: string, text: string): string {
  const start = marked.indexOf('‹');
  const end = marked.indexOf('›') - 1;
  return applyEdits(marked.replace(/[‹›]/g, ''), [{ at: { file: 'a', start, end }, text }]);
}

test.each([
  ['a key is written otherwise', '‹imge›: x # y\n', 'image', 'image: x # y\n'],
  ['an empty place takes text', 'a:\n  ‹›b\n', '- ', 'a:\n  - b\n'],
  ['a line goes with the only thing on it', '‹version: "3"›\na: b\n', '', 'a: b\n'],
  ['a comment behind it stays', '‹version: "3"›  # old\na: b\n', '', '# old\na: b\n'],
  ['a last line goes without a line end', 'a:\n  - b\n  - ‹b›', '', 'a:\n  - b\n'],
  ['an item goes with its dash', 'a:\n  - ‹b›\n  - c\n', '', 'a:\n  - c\n'],
  ['a whole mapping goes with its dash', 'a:\n  - ‹b: 1\n    c: 2›\n  - d\n', '', 'a:\n  - d\n'],
  ['the first key of an item leaves the dash', 'a:\n  - ‹b: 1›\n    c: 2\n', '', 'a:\n  - c: 2\n'],
  ['in brackets a comma goes', 'a: [‹b›, c]\n', '', 'a: [c]\n'],
  ['in brackets the comma before the last goes', 'a: [b, ‹c›] # d\n', '', 'a: [b] # d\n'],
  ['in brackets over several lines as well', 'a: [\n  b,\n  ‹b›\n]\n', '', 'a: [\n  b\n]\n'],
  ['line ends are those of the file', 'a:\r\n  - ‹b›\r\n  - c\r\n', '', 'a:\r\n  - c\r\n'],
  ['what is put in has them, too', 'a: ‹b›\r\n', '\n  - b\n  - c', 'a: \r\n  - b\r\n  - c\r\n'],
])('%s', (...[, before, text, after]) => {
  expect(edited(before, text)).toBe(after);
});
