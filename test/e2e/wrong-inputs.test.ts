import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createSandbox, type Sandbox } from '../rig/sandbox.ts';
import { argumentMistakes } from '../rig/wrong-inputs/arguments.ts';
import { expectAnswer } from '../rig/wrong-inputs/expect-answer.ts';
import { keyMistakes } from '../rig/wrong-inputs/keys.ts';
import { nativeMistakes } from '../rig/wrong-inputs/native.ts';
import { referenceMistakes } from '../rig/wrong-inputs/references.ts';
import { tracesIn } from '../rig/wrong-inputs/traces.ts';
import { yamlMistakes } from '../rig/wrong-inputs/yaml.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
});

const UP = ['up', '-d'];
const tables = [
  ['YAML', yamlMistakes],
  ['keys and values', keyMistakes],
  ['names and files', referenceMistakes],
  ['the command line', argumentMistakes],
  ['what this machine can do', nativeMistakes],
] as const;

describe.each(tables)('a mistake in %s is explained and leaves nothing behind', (title, rows) => {
  test.each(rows)('$name', async ({ files = {}, args = UP, environment = {}, ...expected }) => {
    const cwd = await sandbox.write(files, `${title}-${expected.name}`.replaceAll(/\W+/g, '-'));
    const before = await tracesIn(sandbox);
    const answer = await sandbox.run(args, { cwd, environment, leavesNothing: true });
    expectAnswer(answer, expected);
    expect(await tracesIn(sandbox)).toEqual(before);
  });
});
