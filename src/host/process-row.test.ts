import { expect, test } from 'vitest';

import { parsePsLine, parseStat } from './process-row.ts';

const tail = '-1 4194560 5 0 0 0 1 2 0 0 20 0 1 0 4711 2543616 200';

test('a program may have spaces and parentheses in its name', () => {
  expect(parseStat(`12 (a) R 1 (b) S 7 8 9 0 ${tail}`)).toEqual({
    pid: 12,
    parent: 7,
    group: 8,
    session: 9,
    terminal: false,
    start: '4711',
    zombie: false,
  });
});

test('a zombie is dead, and a terminal is a person', () => {
  expect(parseStat(`12 (sh) Z 7 8 9 34816 ${tail}`)).toMatchObject({
    zombie: true,
    terminal: true,
  });
});

test('what was cut off is nothing', () => {
  expect(parseStat('')).toBeUndefined();
  expect(parseStat('12 (sh) S 7')).toBeUndefined();
});

test('a line of ps says the same', () => {
  expect(parsePsLine('   12     7   8 ??       Ss   Sat Nov 21 06:40:10 2026    ')).toEqual({
    pid: 12,
    parent: 7,
    group: 8,
    session: 8,
    terminal: false,
    start: 'Sat Nov 21 06:40:10 2026',
    zombie: false,
  });
  expect(parsePsLine('')).toBeUndefined();
});
