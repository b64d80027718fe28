import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Case, fieldOf, sourcesIn } from './cases.ts';
import type { Value } from './go/evaluate.ts';
import { type TestFunction, testFunctions } from './go/functions.ts';

/** Two models and what they are together, or one model and what is left of it. */
export interface Merge {
  readonly name: string;
  readonly below: string;
  /** Absent: the model is only to be rid of what it says twice. */
  readonly above?: string;
  readonly expected: string;
}

/** Every merge that compose-go's tests spell out. */
export function mergesIn(module: string): readonly Merge[] {
  return testFunctions(sourcesIn(join(module, 'override'))).flatMap(({ name, calls }) =>
    [...calls.values()].flatMap((call): readonly Merge[] => {
      const texts = call.args.filter((each) => typeof each === 'string');
      const [below = '', above = '', expected = ''] = texts;
      if (call.name === 'assertMergeYaml') return [{ name, below, above, expected }];
      return call.name === 'assertUnicity' ? [{ name, below, expected: above }] : [];
    }),
  );
}

/** Variables that the tests of templates set. */
const VARIABLES = { FOO: 'first', BAR: '', JSON: '{"json":2}', USER: 'jenny', count: '5' };

/** Every text with a variable in the tests of templates and of interpolation, as a value of a service. */
export function templatesIn(module: string): readonly Case[] {
  const texts = ['template', 'interpolation'].flatMap((folder) =>
    testFunctions(sourcesIn(join(module, folder))).flatMap(({ strings }) => strings),
  );
  return [...new Set(texts)]
    .filter((text) => text.includes('$'))
    .map((text) => ({
      ...caseOf(text, { environment: { TEXT: text } }),
      environment: VARIABLES,
    }));
}

/** Every line and every file in the tests of `.env` files, as an env_file of a service. */
export function dotenvIn(module: string): readonly Case[] {
  const folder = join(module, 'dotenv');
  const fixtures = readdirSync(join(folder, 'fixtures'))
    .filter((file) => file.endsWith('.env'))
    .map((file) => readFileSync(join(folder, 'fixtures', file), 'utf8'));
  const lines = testFunctions(sourcesIn(folder)).flatMap(inputsOf);
  return [...new Set([...fixtures, ...lines])].map((text) => ({
    ...caseOf(text, { env_file: ['test.env'] }),
    beside: { 'test.env': text },
    environment: { TEST_VAR: 'Test Value', EMPTY_VAR: '' },
  }));
}

/** What is handed to the parser, by itself or in a row of a table, and not what is expected of it. */
function inputsOf({ calls, composites }: TestFunction): readonly string[] {
  const handed = [...calls.values()].flatMap(({ name, args }) => {
    if (name === 'parseAndCompare' || name === 'os.WriteFile') return [args[1]];
    return name.startsWith('Parse') || name === 'p.parse' ? [args[0]] : [];
  });
  const listed = [...composites.values()].flatMap(({ type, value }) => {
    const rows =
      Array.isArray(value) || typeof value !== 'object' ? value : Object.values(value ?? {});
    const list: readonly Value[] = Array.isArray(rows) ? rows : [];
    if (type === '[]string') return list;
    return list.map((row) => (Array.isArray(row) ? row[1] : fieldOf(row, 'input')));
  });
  return [...handed, ...listed].filter((each) => typeof each === 'string');
}

function caseOf(text: string, keys: object): Omit<Case, 'environment'> {
  const model = { services: { test: { image: 'test', ...keys } } };
  return { name: JSON.stringify(text), files: [JSON.stringify(model)], beside: {} };
}
