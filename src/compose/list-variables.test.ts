import { expect, test } from 'vitest';

import { listVariables, type UsedVariable } from './list-variables.ts';
import { parseYaml } from './parse-yaml.ts';

const plain = { required: false, otherwise: '', instead: '' };

test.each<[string, readonly UsedVariable[]]>([
  ['a: text', []],
  ['a: $$A $', []],
  [
    'a: $A-${B}',
    [
      { name: 'A', ...plain },
      { name: 'B', ...plain },
    ],
  ],
  ['a: "${A:?must}"', [{ name: 'A', ...plain, required: true }]],
  ['a: ["${A-one}", "${A:-two}"]', [{ name: 'A', ...plain, otherwise: 'one' }]],
  ['a: "${A:+yes}"', [{ name: 'A', ...plain, instead: 'yes' }]],
  [
    'a: "${A:-x${B:-y}}"',
    [
      { name: 'A', ...plain, otherwise: 'x${B:-y}' },
      { name: 'B', ...plain, otherwise: 'y' },
    ],
  ],
  ['a: $A\nb: "${A:?must}"', [{ name: 'A', ...plain, required: true }]],
])('%s', (yaml, expected) => {
  const [document] = parseYaml(yaml, '/p/compose.yaml').documents;
  expect(document === undefined ? undefined : listVariables(document)).toEqual(expected);
});
