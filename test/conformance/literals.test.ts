import { describe, expect, test } from 'vitest';

import { composeFile } from '../../src/compose/language/compose-file.ts';
import { merge } from '../../src/compose/merge.ts';
import type { Node } from '../../src/compose/node.ts';
import { normalise } from '../../src/compose/normalise.ts';
import { parseYaml } from '../../src/compose/parse-yaml.ts';
import { ask, difference } from './bowline.ts';
import type { Case } from './cases.ts';
import { dotenvIn, mergesIn, templatesIn } from './literals.ts';
import { answers, place } from './oracle.ts';
import { librarySource } from './toolchain.ts';

const source = librarySource();

describe.skipIf(source === undefined)('what two files say together', () => {
  const merges = source === undefined ? [] : mergesIn(source);

  test('is tried with what compose-go tries', () => {
    expect(merges.length).toBeGreaterThanOrEqual(65);
  });

  test.each(merges)('is as in $name', ({ below, above, expected }) => {
    const whole =
      above === undefined ? parse(below) : merge(parse(below), parse(above), composeFile);
    expect(plain(normalise(whole, composeFile))).toEqual(
      plain(normalise(parse(expected), composeFile)),
    );
  });
});

describe.skipIf(source === undefined)('as Docker Compose reads it,', () => {
  test('a text with variables is filled in', async () => {
    expect(await differing(templatesIn(source ?? ''), 80)).toEqual([]);
  });

  test('an env_file is read', async () => {
    expect(await differing(dotenvIn(source ?? ''), 90)).toEqual([]);
  });
});

/** @param least Fewer cases than these mean that the extractor has found nothing. */
async function differing(cases: readonly Case[], least: number): Promise<readonly string[]> {
  expect(cases.length).toBeGreaterThanOrEqual(least);
  const questions = cases.map((each) => ({ placed: place(each), flags: ['--format', 'json'] }));
  const said = await answers(questions);
  const found = await Promise.all(
    questions.map(async (question, index) => {
      const answer = said[index] ?? { kind: 'refused', message: 'nothing was asked' };
      const differs = difference(answer, await ask(question));
      return differs === undefined ? [] : [`${question.placed.case.name}: ${differs}`];
    }),
  );
  return found.flat();
}

function parse(text: string): Node {
  const [document] = parseYaml(text, '/p/compose.yaml').documents;
  if (document === undefined) throw new Error(`no YAML: ${text}`);
  return document;
}

function plain(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plain);
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
  }
}
