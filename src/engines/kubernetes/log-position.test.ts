import { expect, test } from 'vitest';

import { LogPosition } from './log-position.ts';

const at = (fraction: string): string => `2026-11-21T08:00:01${fraction}Z`;

/** What of `times` is read from a position on. */
function readBy(position: LogPosition, times: readonly string[]): readonly string[] {
  const isNew = position.goOn();
  return times.filter((time) => isNew(time));
}

test('a log that was not read yet is read from its beginning', () => {
  const position = new LogPosition();
  expect(position.second).toBeUndefined();
  expect(readBy(position, [at('.5'), at('.25')])).toEqual([at('.5'), at('.25')]);
});

test('reading goes on behind the last line, though the server sends the whole second again', () => {
  const position = new LogPosition();
  readBy(position, [at('.1'), at('.25')]);
  expect(position.second).toBe('2026-11-21T08:00:01Z');
  expect(readBy(position, [at('.1'), at('.25'), at('.250000001')])).toEqual([at('.250000001')]);
});

test('of lines with one and the same time none is lost and none is doubled', () => {
  const position = new LogPosition();
  readBy(position, [at('.5'), at('.5')]);
  expect(readBy(position, [at('.5'), at('.5'), at('.5')])).toEqual([at('.5')]);
  expect(readBy(position, [at('.5'), at('.5'), at('.5')])).toEqual([]);
});

test('a time without a fraction is before one of the same second that has one', () => {
  const position = new LogPosition();
  readBy(position, [at('')]);
  expect(readBy(position, [at(''), at('.000000001')])).toEqual([at('.000000001')]);
});
