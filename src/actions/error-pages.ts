import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nearest } from '../model/nearest.ts';

/** A page of the documentation about one code. */
export interface ErrorPage {
  readonly code: string;
  /** The first sentence. */
  readonly title: string;
  /** Markdown, with its heading. */
  readonly text: string;
}

/** Codes of all pages below `docs/errors`, in order; none where the documentation was left out of the installation. */
export async function errorCodes(folder: string): Promise<readonly string[]> {
  const areas = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const codes = await Promise.all(
    areas
      .filter((area) => area.isDirectory())
      .map(async ({ name }) => {
        const files = await readdir(join(folder, name));
        return files
          .filter((file) => file.endsWith('.md'))
          .map((file) => `${name}/${file.slice(0, -3)}`);
      }),
  );
  return codes.flat().toSorted((one, other) => one.localeCompare(other, 'en'));
}

/** The code that was most likely meant, written in full or without its area. */
export function nearestCode(written: string, codes: readonly string[]): string | undefined {
  const near = nearest(written, codes) ?? nearest(written, codes.map(nameOf));
  return codes.find((code) => code === near || nameOf(code) === near);
}

const nameOf = (code: string): string => code.split('/')[1] ?? code;

/** Pages of codes that `errorCodes` gave. */
export async function errorPages(
  folder: string,
  codes: readonly string[],
): Promise<readonly ErrorPage[]> {
  return Promise.all(
    codes.map(async (code) => {
      const text = await readFile(join(folder, `${code}.md`), 'utf8');
      return { code, title: titleOf(text), text };
    }),
  );
}

function titleOf(text: string): string {
  const paragraph = text.replace(/^#.*\n+/, '').split(/\n\s*\n/, 1)[0] ?? '';
  const line = paragraph.replaceAll(/\s+/g, ' ').trim();
  return /^.*?[.:](?=\s+\p{Lu}|$)/u.exec(line)?.[0].replace(/[.:]$/, '') ?? line;
}
