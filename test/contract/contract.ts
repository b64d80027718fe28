import { describe, expect, test } from 'vitest';

import { dataFacts } from './data.ts';
import { type EngineUnderTest, MOST_EXCEPTIONS } from './engine-under-test.ts';
import { factsOf } from './fact.ts';
import { lifeFacts } from './life.ts';
import { networkFacts } from './network.ts';
import { talkFacts } from './talk.ts';
import { taskFacts } from './tasks.ts';

/** What every engine promises, through the command line, on the real thing. Skipped where that is not up. */
export function contract(
  engine: EngineUnderTest,
  { isUp = true }: { readonly isUp?: boolean } = {},
): void {
  describe.skipIf(!isUp)(`on ${engine.name}`, () => {
    const { fact, titles } = factsOf(engine);
    for (const declare of [lifeFacts, dataFacts, networkFacts, talkFacts, taskFacts])
      declare(engine, fact);

    test('exceptions are few, and each is of a fact', () => {
      const exceptions = Object.keys(engine.exceptions);
      expect(exceptions.length).toBeLessThanOrEqual(MOST_EXCEPTIONS);
      expect(exceptions.filter((each) => !titles.includes(each))).toEqual([]);
    });
  });
}
