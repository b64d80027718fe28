import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { loadProject } from '../src/actions/load-project.ts';

const root = join(import.meta.dirname, '..');
const projects = ['examples', 'test/projects'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
);
const copies = mkdtempSync(join(tmpdir(), 'bowline-projects-'));
afterAll(() => {
  rmSync(copies, { recursive: true });
});

describe('a project that works', () => {
  test.each(projects)('%s gets no warning', async (folder) => {
    const cwd = join(copies, folder.replaceAll('/', '_'));
    cpSync(folder, cwd, { recursive: true, filter: (path) => !path.includes('node_modules') });
    if (existsSync(join(cwd, '.env.example')))
      cpSync(join(cwd, '.env.example'), join(cwd, '.env'), { force: false });
    const options = { files: [], profiles: [], envFiles: [], advice: true, environment: {}, cwd };
    const { diagnostics } = await loadProject(options, { signal: new AbortController().signal });
    // Docker Compose says that one, too, and old files have it.
    const told = diagnostics.filter(({ code }) => code !== 'compose/obsolete-version');
    expect(told).toEqual([]);
  });
});
