import { test } from 'vitest';

/** Declares a fact that every engine keeps. */
export type Fact = (title: string, prove: () => Promise<void>) => void;

export const fact: Fact = (title, prove) => {
  // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- the facts are written elsewhere
  test.concurrent(title, prove);
};
