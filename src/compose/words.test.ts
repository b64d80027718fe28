import { expect, test } from 'vitest';

import { splitWords } from './words.ts';

// What github.com/mattn/go-shellwords v1.0.14 makes of the same lines, which Docker Compose uses.
test.each<[line: string, words: readonly string[]]>([
  ['', []],
  ['  python  manage.py\tmigrate\n', ['python', 'manage.py', 'migrate']],
  [`sh -c "echo 'a b' && exit 3"`, ['sh', '-c', "echo 'a b' && exit 3"]],
  [`'' ""`, ['', '']],
  [`a""b'c d'`, ['abc d']],
  [String.raw`"a\tb" 'x\ty' a\ b`, ['a\tb', String.raw`x\ty`, 'a b']],
  ['echo $HOME ${X}', ['echo', '$HOME', '${X}']],
  ['echo `date +%F` $(date -u)', ['echo', '`date +%F`', '$(date -u)']],
  [`$'a'`, ['$a']],
  ['é 😀', ['é', '😀']],
])('%j becomes %j', (line, words) => {
  expect(splitWords(line)).toEqual({ kind: 'words', words });
});

test.each<[line: string, words: readonly string[], dropped: string]>([
  ['./migrate && ./serve', ['./migrate'], '&& ./serve'],
  ['a;b', ['a'], ';b'],
  ['serve 2>&1', ['serve'], '>&1'],
  ['serve > log', ['serve'], '> log'],
])('%j is cut at the operator', (line, words, dropped) => {
  expect(splitWords(line)).toEqual({ kind: 'words', words, dropped });
});

test.each([
  `echo 'a`,
  'echo "a',
  'echo `a',
  'echo $(a',
  String.raw`echo a\\\ `.trim(),
  'echo (a)',
  'echo a)',
])('%j cannot be taken apart', (line) => {
  expect(splitWords(line).kind).toBe('unfinished');
});
