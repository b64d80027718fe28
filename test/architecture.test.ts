import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

test('every import goes the way that the table in ARCHITECTURE.md says', async () => {
  const { forbidden = [], options } = await extractConfig(join(root, '.dependency-cruiser.mjs'));
  const { output } = await cruise(['src'], {
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden },
  });
  if (typeof output === 'string') throw new Error('expected an object');
  // Given a compiler that it does not know, the tool reads no file and finds no fault.
  const read = output.modules.filter(
    ({ source }) => source.startsWith('src/') && source.endsWith('.ts'),
  );
  expect(read.length).toBe(sourceFiles().length);
  expect(
    output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  ).toEqual([]);
});

test('only the command line ends the program, reads its arguments and environment, or prints', async () => {
  const { readFile } = await import('node:fs/promises');
  const offenders: string[] = [];
  for (const file of sourceFiles()) {
    if (file.startsWith('cli/') || file.endsWith('.test.ts') || file.includes('/testing/'))
      continue;
    const text = await readFile(join(root, 'src', file), 'utf8');
    if (/\bprocess\.(exit|argv|env|stdout|stderr|stdin)\b|\bconsole\./.test(text))
      offenders.push(file);
  }
  expect(offenders).toEqual([]);
});

function sourceFiles(): readonly string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
}
