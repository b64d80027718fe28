import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { expect, test } from 'vitest';

import { errorCodes, errorPages } from '../src/actions/error-pages.ts';

const root = join(import.meta.dirname, '..');
const errors = join(root, 'docs/errors');
const CODE = /'((?:native|docker|kubernetes|engine|postgres|daemon|task|arguments)\/[a-z-]+)'/g;
/** Paths of files, which look like codes. */
const NO_CODES = ['native/bin', 'postgres/templates'];

function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));
}

test('every code that engines, commands and the doors to the machine say has a page', async () => {
  const sources = ['engines', 'diagnose', 'cli', 'actions', 'host', 'gate'].flatMap((folder) =>
    filesBelow(join(root, 'src', folder), '.ts').filter((file) => !file.endsWith('.test.ts')),
  );
  const said = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(CODE)].map(([, code]) => code ?? ''),
  );
  const known = await errorCodes(errors);
  const without = [...new Set(said)].filter(
    (code) => !known.includes(code) && !NO_CODES.includes(code),
  );
  expect(said.length).toBeGreaterThan(50);
  expect(without).toEqual([]);
});

test('every page begins with its code and says in a sentence what it is', async () => {
  const pages = await errorPages(errors, await errorCodes(errors));
  const odd = pages.filter(
    ({ code, text, title }) => !text.startsWith(`# ${code}\n`) || title.length < 20,
  );
  expect(odd.map(({ code }) => code)).toEqual([]);
});

test('every link between pages leads somewhere', () => {
  const dead = filesBelow(join(root, 'docs'), '.md').flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)]
      .map(([, link]) => link ?? '')
      .filter((link) => !existsSync(join(dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  );
  expect(dead).toEqual([]);
});
