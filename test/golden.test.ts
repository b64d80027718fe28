import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { loadProject, type LoadOptions } from '../src/actions/load-project.ts';
import { ComposeError } from '../src/model/diagnostic.ts';
import { renderConfig } from '../src/report/render-config.ts';
import { renderDiagnostics } from '../src/report/render-diagnostic.ts';

const root = join(import.meta.dirname, 'golden');
const { signal } = new AbortController();

interface Outcome {
  readonly config: string | undefined;
  readonly diagnostics: string;
}

// One folder is one case: what a user wrote, with the options of the command in options.json; config.json and
// diagnostics.txt are what we promise for it. config.json is what `docker compose config --format json` prints.
describe.each(readdirSync(root))('%s', (name) => {
  const folder = join(root, name);

  /* oxlint-disable vitest/no-conditional-expect -- which of the two promises there is, is a part of them */
  test('is understood as promised', async () => {
    const { config, diagnostics } = await outcomeOf(folder);
    if (config !== undefined) {
      await expect(config).toMatchFileSnapshot(join(folder, 'config.json'));
    } else expect(existsSync(join(folder, 'config.json'))).toBe(false);
    if (diagnostics !== '') {
      await expect(diagnostics).toMatchFileSnapshot(join(folder, 'diagnostics.txt'));
    } else expect(existsSync(join(folder, 'diagnostics.txt'))).toBe(false);
  });
  /* oxlint-enable vitest/no-conditional-expect */
});

async function outcomeOf(folder: string): Promise<Outcome> {
  const neutral = (text: string): string => text.replaceAll(folder, '<folder>');
  const style = { color: false, width: 100, cwd: folder };
  try {
    const { project, diagnostics, sources } = await loadProject(optionsOf(folder), { signal });
    const config = neutral(renderConfig(project, { format: 'json' }));
    return { config, diagnostics: neutral(renderDiagnostics(diagnostics, sources, style)) };
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    const { diagnostics, sources } = error;
    return {
      config: undefined,
      diagnostics: neutral(renderDiagnostics(diagnostics, sources, style)),
    };
  }
}

function optionsOf(folder: string): LoadOptions {
  const path = join(folder, 'options.json');
  const own = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as Partial<LoadOptions>)
    : {};
  return {
    files: [],
    profiles: [],
    envFiles: [],
    advice: true,
    environment: {},
    cwd: folder,
    ...own,
  };
}
