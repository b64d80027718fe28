import { test } from 'vitest';

import type { EngineUnderTest } from './engine-under-test.ts';

/** Declares facts about `engine`; what it is known not to keep is skipped, with the reason in the title. */
export type Fact = (title: string, prove: () => Promise<void>) => void;

/** Facts that were declared, so that an exception of no fact is found. */
export function factsOf(engine: EngineUnderTest): {
  readonly fact: Fact;
  readonly titles: string[];
} {
  const titles: string[] = [];
  return {
    titles,
    fact(title, prove) {
      titles.push(title);
      const reason = engine.exceptions[title];
      const shown = reason === undefined ? title : `${title} (not on ${engine.name}: ${reason})`;
      // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- the facts are written elsewhere
      test.skipIf(reason !== undefined).concurrent(shown, prove);
    },
  };
}
