import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { loadProject } from '../../src/actions/load-project.ts';
import { ComposeError, type Diagnostic } from '../../src/model/diagnostic.ts';

/** Where files are that people wrote to be accepted. */
const MODULES = {
  'compose-go': 'github.com/compose-spec/compose-go/v2@v2.15.0',
  compose: 'github.com/docker/compose/v5@v5.5.1',
} as const;

/** What Docker Compose says, too; or what only says that variables of a test are not set here. */
const SAID_BY_ALL = new Set([
  'compose/obsolete-version',
  'compose/obsolete-key',
  'compose/unset-variable',
]);

const { signal } = new AbortController();
const folders = Object.entries(MODULES).flatMap(([name, module]) => {
  const folder = folderOf(module);
  return folder === undefined ? [] : [{ name, folder }];
});
const canRun = folders.length === Object.keys(MODULES).length;
// oxlint-disable-next-line no-console -- a test that did not run is to be seen
if (!canRun) console.warn('SKIPPED: no Go modules here, so no files of others to warn about');

function folderOf(module: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(
      execFileSync('go', ['mod', 'download', '-json', module], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 120_000,
      }),
    );
    return typeof answer === 'object' && answer !== null && 'Dir' in answer
      ? String(answer.Dir)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Warnings about a file; absent when it is none that is accepted by itself. */
async function warningsOf(file: string): Promise<readonly string[] | undefined> {
  if (!/^services:/m.test(readFileSync(file, 'utf8'))) return undefined;
  const options = {
    files: [file],
    profiles: ['*'],
    envFiles: [],
    advice: true,
    environment: { HOME: '/root', PATH: '/bin' },
    cwd: dirname(file),
  };
  try {
    const { diagnostics, sources } = await loadProject(options, { signal });
    return diagnostics
      .filter(({ code }) => !SAID_BY_ALL.has(code))
      .map((each) => `${placeOf(each, sources)} ${each.code}`);
  } catch (error) {
    if (error instanceof ComposeError) return undefined;
    throw error;
  }
}

function placeOf({ at }: Diagnostic, sources: ReadonlyMap<string, string>): string {
  const before = (sources.get(at?.file ?? '') ?? '').slice(0, at?.start).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

describe.skipIf(!canRun)('files of others', () => {
  test('get no warning but those that were looked at and found right', async () => {
    const told: string[] = [];
    let accepted = 0;
    for (const { name, folder } of folders) {
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.ya?ml$/.test(file))
        .toSorted();
      for (const file of files) {
        // oxlint-disable-next-line no-await-in-loop -- hundreds of files at once would only be slower
        const warnings = await warningsOf(join(folder, file));
        if (warnings === undefined) continue;
        accepted += 1;
        told.push(...warnings.map((each) => `${name} ${file}:${each}`));
      }
    }
    expect(accepted).toBeGreaterThan(200);
    expect(told.toSorted((one, other) => one.localeCompare(other, 'en'))).toEqual(reviewed());
  });
});

function reviewed(): readonly string[] {
  return readFileSync(join(import.meta.dirname, 'reviewed-warnings.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('  ', 1)[0] ?? '')
    .toSorted((one, other) => one.localeCompare(other, 'en'));
}
