import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  loadProject,
  type LoadedProject,
  type LoadOptions,
} from '../../src/actions/load-project.ts';
import { translateProject } from '../../src/actions/translate-project.ts';
import { ComposeError, type Diagnostic } from '../../src/model/diagnostic.ts';
import type { Translation } from '../../src/model/translation.ts';

const { signal } = new AbortController();
const roots = ['golden', 'golden-kubernetes'].map((name) => join(import.meta.dirname, '..', name));

/** Folders with a project each that loads: what users wrote, with the options of the command in options.json. */
export function loadingCases(): readonly string[] {
  return roots.flatMap((root) =>
    readdirSync(root)
      .map((name) => join(root, name))
      .filter((folder) => !existsSync(join(folder, 'compose.yaml')) || !isMistaken(folder)),
  );
}

/** A case with mistakes has diagnostics and no model. */
function isMistaken(folder: string): boolean {
  return existsSync(join(folder, 'diagnostics.txt')) && !existsSync(join(folder, 'config.json'));
}

export async function loadFolder(
  folder: string,
  edited?: ReadonlyMap<string, string>,
): Promise<LoadedProject> {
  const path = join(folder, 'options.json');
  const own: Partial<LoadOptions> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const options = { files: [], profiles: [], envFiles: [], environment: {}, cwd: folder, ...own };
  return loadProject({ ...options, ...(edited !== undefined && { edited }) }, { signal });
}

export type Outcome =
  | {
      readonly kind: 'translated';
      readonly translation: Translation;
      readonly loaded: LoadedProject;
      readonly diagnostics: readonly Diagnostic[];
    }
  | {
      readonly kind: 'refused';
      readonly loaded: LoadedProject;
      readonly diagnostics: readonly Diagnostic[];
    };

export async function translated(loaded: LoadedProject): Promise<Outcome> {
  try {
    const { translation, diagnostics } = await translateProject(
      loaded,
      { environmentName: 'production' },
      { signal },
    );
    return { kind: 'translated', translation, loaded, diagnostics };
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return { kind: 'refused', loaded, diagnostics: error.diagnostics };
  }
}
