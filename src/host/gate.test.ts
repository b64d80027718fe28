import { expect, test } from 'vitest';

import { Gate } from './gate.ts';

test('only so many works go on at once, and the others follow in their order', async () => {
  const gate = new Gate(2);
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const works = ['a', 'b', 'c', 'd'].map((name) =>
    gate.pass(async () => {
      log.push(name);
      await new Promise<void>((resolve) => void ends.push(resolve));
    }),
  );
  expect(log).toEqual(['a', 'b']);
  ends[0]?.();
  await works[0];
  expect(log).toEqual(['a', 'b', 'c']);
  for (let ended = 1; ended < 4; ended += 1) {
    ends[ended]?.();
    await works[ended];
  }
  expect(log).toEqual(['a', 'b', 'c', 'd']);
});

test('a work that fails makes way for the next', async () => {
  const gate = new Gate(1);
  await expect(gate.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await gate.pass(() => Promise.resolve('yes'))).toBe('yes');
});
