import { join } from 'node:path';

import { expect, test } from 'vitest';

import { commands } from './commands/index.ts';
import { commandsPage } from './commands-page.ts';
import { projectOptions } from './shared-options.ts';

const page = commandsPage({ commands, projectOptions });

test('the page of commands says what the program takes', async () => {
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/commands.md'));
});

test('every option of every command is on the page', () => {
  const missing = commands.flatMap(({ name, options }) =>
    Object.values(options)
      .filter(({ flags }) => !page.includes(`\`${flags}\``))
      .map(({ flags }) => `${name} ${flags}`),
  );
  expect(missing).toEqual([]);
});
