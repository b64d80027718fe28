import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';

import { unifiedDiff } from './unified-diff.ts';

const folder = mkdtempSync(join(tmpdir(), 'bowline-diff-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const style = { name: 'a', color: false };
const hasPatch = spawnSync('patch', ['--version']).status === 0;

test('a change is shown with three lines around it', () => {
  const before = ['1', '2', '3', '4', '5', '6', '7', '8', ''].join('\n');
  expect(unifiedDiff(before, before.replace('5', 'x'), style)).toBe(
    '--- a\n+++ a\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n',
  );
});

test('the same text has no difference', () => {
  expect(unifiedDiff('a\n', 'a\n', style)).toBe('');
});

test('control characters of a file do not reach the terminal', () => {
  expect(unifiedDiff('a\n', '\u001B[2Ja\n', style)).toContain('+␛[2Ja');
});

const line = fc.constantFrom('a\n', 'b\n', 'c\n', '  - d\n', '\n');
const text = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom('', 'end'))
  .map(([lines, end]) => lines.join('') + end);

test.skipIf(!hasPatch)('`patch` makes the new text of the old one and the difference', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const file = join(folder, 'a');
      writeFileSync(file, before);
      const diff = unifiedDiff(before, after, style);
      const input = diff === '' ? '--- a\n+++ a\n' : diff;
      const result = spawnSync('patch', ['-s', '-o', '-', file], { input, encoding: 'utf8' });
      expect(diff === '' ? before : result.stdout).toBe(after);
    }),
    { numRuns: 100 },
  );
});
