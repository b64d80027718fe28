import { basename, dirname, join } from 'node:path';

import type { Diagnostic } from '../model/diagnostic.ts';
import type { FileReader } from './read-files.ts';

/** In the order of preference, as Docker Compose has it. */
const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

export interface FoundFiles {
  /** Absolute paths; empty when there are none. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Looks for a Compose file, and the override beside it, in `start` and the folders above. */
export async function findComposeFiles(start: string, reader: FileReader): Promise<FoundFiles> {
  for (const folder of foldersUpFrom(start)) {
    const files = await present(folder, NAMES, reader);
    const overrides = await present(folder, OVERRIDES, reader);
    const chosen = files[0];
    if (chosen !== undefined) {
      return {
        files: [chosen, ...overrides.slice(0, 1)],
        diagnostics: [...choiceOf(files), ...choiceOf(overrides)],
      };
    }
  }
  return { files: [], diagnostics: [notFound(start)] };
}

function foldersUpFrom(start: string): readonly string[] {
  const above = dirname(start);
  return above === start ? [start] : [start, ...foldersUpFrom(above)];
}

async function present(
  folder: string,
  names: readonly string[],
  reader: FileReader,
): Promise<readonly string[]> {
  const paths = names.map((name) => join(folder, name));
  const contents = await Promise.all(paths.map((path) => reader.read(path)));
  return paths.filter((_, index) => contents[index]?.kind !== 'missing');
}

function choiceOf(files: readonly string[]): readonly Diagnostic[] {
  const [chosen, ...others] = files;
  if (chosen === undefined || others.length === 0) return [];
  return [
    {
      code: 'compose/several-files',
      severity: 'warning',
      message: `${basename(chosen)} is taken, and ${others.map((other) => basename(other)).join(', ')} beside it is not read`,
      help: `Remove the others, or name the one that is meant, as in -f ${basename(chosen)}.`,
    },
  ];
}

function notFound(start: string): Diagnostic {
  return {
    code: 'compose/no-file',
    severity: 'error',
    message: `there is no Compose file in ${start} or in a folder above it`,
    help: `Looked for ${NAMES.join(', ')}. Name another one with -f FILE.`,
  };
}
