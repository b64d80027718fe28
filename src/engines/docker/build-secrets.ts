import { readFile } from 'node:fs/promises';

import type { Project } from '../../model/project.ts';
import { listOf, type Section, sectionOf, textOf } from './json.ts';

const FOLDER = '/run/secrets/';

/**
 * The secrets that a build may read, by the id of `RUN --mount=type=secret,id=…`: the target that is written, or the
 * secret's own name.
 */
export function buildSecrets(
  { secrets }: Pick<Project, 'secrets'>,
  build: Section,
): (id: string) => Promise<Buffer | undefined> {
  const granted = listOf(build['secrets']).map((each) => {
    const { source, target } = sectionOf(each);
    const name = textOf(source) ?? '';
    return { name, target: textOf(target) ?? name };
  });
  return async (id) => {
    const grant =
      granted.find(({ target }) => target === id || target === `${FOLDER}${id}`) ??
      granted.find(({ name }) => name === id);
    const source = secrets.find(({ key }) => key === grant?.name);
    if (source === undefined || source.kind === 'external') return undefined;
    if (source.kind === 'file') return readFile(source.path);
    return source.value === undefined ? undefined : Buffer.from(source.value);
  };
}
