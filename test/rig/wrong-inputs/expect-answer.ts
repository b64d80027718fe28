import { expect } from 'vitest';

import type { Result } from '../sandbox.ts';
import type { WrongInput } from './wrong-input.ts';

/** What no user should ever see: stacks, and the program's own surprise. */
const INTERNALS = /^\s+at .*[\\/].*:\d+:\d+\)?$|met something it did not expect|node:internal/m;

type Expected = Pick<WrongInput, 'exitCode' | 'codes' | 'at' | 'says'>;

/** Holds an answer to its row: exit code, codes, place, words; and never a stack. */
export function expectAnswer(
  { code, stdout, stderr }: Result,
  { exitCode, codes, at, says }: Expected,
): void {
  const output = stdout + stderr;
  expect(output).not.toMatch(INTERNALS);
  expect(code, output).toBe(exitCode);
  for (const each of codes) expect(output).toContain(`[${each}]`);
  for (const word of says) expect(output).toContain(word);
  if (at !== undefined) expect(output).toContain(at);
}
