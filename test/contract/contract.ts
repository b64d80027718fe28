import { describe } from 'vitest';

import { dataFacts } from './data.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import { fact } from './fact.ts';
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
    for (const declare of [lifeFacts, dataFacts, networkFacts, talkFacts, taskFacts])
      declare(engine, fact);
  });
}
