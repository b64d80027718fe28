import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { loadProject } from '../src/actions/load-project.ts';
import { parseDotenv } from '../src/compose/dotenv.ts';
import { ComposeError } from '../src/model/diagnostic.ts';

const pages = join(import.meta.dirname, '../docs/errors/compose');
const folder = mkdtempSync(join(tmpdir(), 'bowline-pages-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const examples = readdirSync(pages).flatMap((page) => {
  const text = readFileSync(join(pages, page), 'utf8');
  return [...text.matchAll(/^(Wrong|Right):\n\n```(\w+)\n([^]*?)```$/gm)].map(
    ([, verdict, language, example]) => ({
      code: `compose/${basename(page, '.md')}`,
      verdict,
      language,
      example,
    }),
  );
});

/** Codes of what is wrong with an example; files that it names are not there. */
async function codesOf(example: string, language: string | undefined): Promise<readonly string[]> {
  if (language === 'sh') {
    const { diagnostics } = parseDotenv(example, { file: '.env', lookUp: () => undefined });
    return diagnostics.map(({ code }) => code);
  }
  const documents = example.split(/^---\n/m);
  for (const document of documents.slice(1)) {
    writeFileSync(join(folder, /^# (\S+)/.exec(document)?.[1] ?? ''), document);
  }
  writeFileSync(join(folder, 'compose.yaml'), documents[0] ?? '');
  const options = {
    files: [],
    profiles: [],
    envFiles: [],
    advice: true,
    environment: {},
    cwd: folder,
  };
  const { signal } = new AbortController();
  try {
    return (await loadProject(options, { signal })).diagnostics.map(({ code }) => code);
  } catch (error) {
    if (error instanceof ComposeError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
}

describe('every page about a mistake', () => {
  test.each(examples.filter(({ verdict }) => verdict === 'Wrong'))(
    '$code shows an example that has it',
    async ({ code, language, example }) => {
      expect(await codesOf(example ?? '', language)).toContain(code);
    },
  );

  test.each(examples.filter(({ verdict }) => verdict === 'Right'))(
    '$code shows how it is right',
    async ({ language, example }) => {
      expect(await codesOf(example ?? '', language)).toEqual([]);
    },
  );

  test('exists for every code that the program has, and for no other', () => {
    const source = join(import.meta.dirname, '../src');
    const codes = new Set(
      readdirSync(source, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .flatMap(
          (file) =>
            readFileSync(join(source, file), 'utf8').match(/(?<=')compose\/[a-z-]+(?=')/g) ?? [],
        ),
    );
    const known = new Set(readdirSync(pages).map((page) => `compose/${basename(page, '.md')}`));
    expect([...codes].filter((code) => !known.has(code))).toEqual([]);
    expect([...known].filter((code) => !codes.has(code))).toEqual([]);
  });
});
