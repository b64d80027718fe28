import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { loadProject } from '../src/actions/load-project.ts';
import { ComposeError, type Diagnostic } from '../src/model/diagnostic.ts';

// What is promised about each mistake stands in the golden folder; here: what is left when every fix was applied.
const example = join(import.meta.dirname, 'golden/mistakes-of-a-tutorial');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bowline-tutorial-'));
  cpSync(example, folder, { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function diagnosticsOf(cwd: string): Promise<readonly Diagnostic[]> {
  const options = { files: [], profiles: [], envFiles: [], advice: true, environment: {}, cwd };
  try {
    return (await loadProject(options, { signal: new AbortController().signal })).diagnostics;
  } catch (error) {
    if (error instanceof ComposeError) return error.diagnostics;
    throw error;
  }
}

/** The text after all edits; one that two mistakes have in common is made once. */
function mended(text: string, diagnostics: readonly Diagnostic[]): string {
  const edits = new Map(
    diagnostics
      .flatMap(({ fix }) => fix?.edits ?? [])
      .map((edit) => [`${edit.at.start} ${edit.at.end} ${edit.text}`, edit]),
  );
  return [...edits.values()]
    .toSorted((one, other) => other.at.start - one.at.start)
    .reduce((left, { at, text: by }) => left.slice(0, at.start) + by + left.slice(at.end), text);
}

test('every mistake of a tutorial has a fix, and the fixed file has no mistakes', async () => {
  const file = join(folder, 'compose.yaml');
  const diagnostics = await diagnosticsOf(folder);
  expect(diagnostics.filter(({ fix }) => fix === undefined)).toEqual([]);
  writeFileSync(file, mended(readFileSync(file, 'utf8'), diagnostics));
  expect(await diagnosticsOf(folder)).toEqual([]);
});
