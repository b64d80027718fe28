import stringWidth from 'fast-string-width';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { renderPage } from './render-page.ts';

const errors = join(import.meta.dirname, '../../docs/errors');
const pages = readdirSync(errors, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.md'),
);

test('a page is headed, wrapped, its examples indented, its links words', () => {
  const page =
    '# compose/x\n\nOne two three four five\nsix, see [the page](../a.md) `now`.\n\n```yaml\na: b # c\n```\n\n- one two three four five six\n- two\n';
  expect(renderPage(page, { color: false, width: 24 })).toBe(
    'compose/x\n\nOne two three four five\nsix, see the page `now`.\n\n    a: b # c\n\n- one two three four\n  five six\n- two\n',
  );
});

test('prose of every page fits into the width, and no page has colours unless asked for', () => {
  for (const file of pages) {
    const markdown = readFileSync(join(errors, file), 'utf8');
    const lines = renderPage(markdown, { color: false, width: 60 }).split('\n');
    const wide = lines.filter(
      (line) =>
        stringWidth(line) > 60 && !/^ {4}|^\|/.test(line) && line.trim().split(' ').length > 2,
    );
    expect(wide).toEqual([]);
    expect(lines.join('')).not.toContain('\u001B');
  }
});

test('with colours it is the same text', () => {
  const markdown = '# a/b\n\nSay **what** `x` is.\n';
  const colored = renderPage(markdown, { color: true, width: 80 });
  expect(colored).toContain('\u001B[');
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  expect(colored.replaceAll(/\u001B\[\d+m/g, '')).toBe('a/b\n\nSay what x is.\n');
});
