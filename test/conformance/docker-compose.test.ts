import { beforeAll, describe, expect, test } from 'vitest';

import { ask, difference } from './bowline.ts';
import { casesIn } from './cases.ts';
import { deviations } from './deviations.ts';
import { type Answer, answers, place, type PlacedCase, type Question } from './oracle.ts';
import { librarySource } from './toolchain.ts';

const source = librarySource();
const JSON_FLAGS = ['--format', 'json'];
const LEFT_OUT = ['--no-normalize', '--no-consistency'];
/** Docker Compose accepts the file and cannot print it. */
const UNPRINTABLE = 'json: error calling MarshalJSON';

interface Outcome {
  readonly name: string;
  /** Absent where both say the same. */
  readonly difference: string | undefined;
}

// Every Compose file in the tests of compose-go is given to Docker Compose and to bowline. Both accept it and print the
// same model, or both refuse it and name the same key. What is refused is asked for once more, with fewer checks.
describe.skipIf(source === undefined)(
  'bowline config prints what docker compose config prints',
  () => {
    const placed = casesIn(source ?? '').map(place);
    let outcomes: readonly Outcome[] = [];

    beforeAll(async () => {
      const all = placed.map((each) => ({ placed: each, flags: JSON_FLAGS }));
      const said = await answers(all);
      const again = all.flatMap((question, index) => {
        const answer = said[index];
        if (answer?.kind !== 'refused') return [];
        const unprintable = answer.message.startsWith(UNPRINTABLE);
        const flags = unprintable ? ['--format', 'yaml'] : [...JSON_FLAGS, ...LEFT_OUT];
        return [{ ...question, flags, unprintable }];
      });
      const replaced = new Set(again.filter((each) => each.unprintable).map((each) => each.placed));
      const first = all.flatMap((question, index) =>
        replaced.has(question.placed) ? [] : [{ question, answer: said[index] }],
      );
      const second = await answers(again);
      outcomes = await compared(placed, [
        ...first,
        ...again.map((question, index) => ({ question, answer: second[index] })),
      ]);
    });

    test('in at least 600 cases', () => {
      expect(outcomes.length).toBeGreaterThanOrEqual(600);
    });

    test('in 99 of 100 cases', () => {
      const equal = outcomes.filter((each) => each.difference === undefined);
      expect(equal.length / outcomes.length).toBeGreaterThanOrEqual(0.99);
    });

    test('in all but those that were reviewed', () => {
      const known = Object.values(deviations).flat();
      const differing = outcomes.filter((each) => each.difference !== undefined);
      const strange = differing.filter(({ name }) => !known.includes(name));
      expect(strange).toEqual([]);
      // A line that is no longer true has to go.
      expect(known.filter((name) => !differing.some((each) => each.name === name))).toEqual([]);
    });
  },
);

// Lists that are merged stay maps here, where Docker Compose makes lists of maps: the same to whoever reads it.
test.skipIf(source === undefined)(
  'with its variables left in place the model is the same in 89 of 100 cases',
  async () => {
    const placed = casesIn(source ?? '').map(place);
    const questions = placed.map((each) => ({
      placed: each,
      flags: [...JSON_FLAGS, '--no-interpolate'],
    }));
    const said = await answers(questions);
    const outcomes = await compared(
      placed,
      questions.map((question, index) => ({ question, answer: said[index] })),
    );
    const equal = outcomes.filter((each) => each.difference === undefined);
    expect(equal.length / outcomes.length).toBeGreaterThanOrEqual(0.89);
  },
);

interface Answered {
  readonly question: Question;
  readonly answer: Answer | undefined;
}

async function compared(
  cases: readonly PlacedCase[],
  answered: readonly Answered[],
): Promise<readonly Outcome[]> {
  const found = new Map<PlacedCase, string>();
  for (const { question, answer } of answered) {
    if (answer === undefined) continue;
    const differs = difference(answer, await ask(question));
    if (differs !== undefined && !found.has(question.placed)) found.set(question.placed, differs);
  }
  return cases.map((each) => ({ name: each.case.name, difference: found.get(each) }));
}
