import { join, resolve } from 'node:path';

import { addEnvironmentFile, projectEnvironment } from '../compose/project-environment.ts';
import type { Variables } from '../compose/variable.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { FileReader } from './read-files.ts';

export interface ReadEnvironment {
  readonly variables: Variables;
  readonly diagnostics: readonly Diagnostic[];
}

export interface EnvironmentRequest {
  readonly shell: Variables;
  /** Named by `--env-file`, relative to `cwd`. Empty: those of `COMPOSE_ENV_FILES`, else the `.env` of `folder`. */
  readonly envFiles: readonly string[];
  readonly cwd: string;
  readonly folder: string;
}

/** The shell's variables and those of the `.env` files, for the Compose file. */
export async function readEnvironment(
  request: EnvironmentRequest,
  reader: FileReader,
): Promise<ReadEnvironment> {
  const named = namedFiles(request);
  if (named.length > 0) return readNamed(named, { request, reader });
  if (isSwitchedOff(request.shell)) return { variables: request.shell, diagnostics: [] };
  return addDefaultFile(request.shell, request.folder, reader);
}

/** Whether the user said which files to take: then no `.env` is looked for. */
export function namesEnvironmentFiles(request: EnvironmentRequest): boolean {
  return namedFiles(request).length > 0 || isSwitchedOff(request.shell);
}

/** The `.env` of a folder, where there is one. Variables that are there already win. */
export async function addDefaultFile(
  below: Variables,
  folder: string,
  reader: FileReader,
): Promise<ReadEnvironment> {
  const path = join(folder, '.env');
  const content = await reader.read(path);
  if (content.kind === 'text') return addEnvironmentFile(below, { path, text: content.text });
  // A virtual environment for Python is often a folder of this name.
  if (content.kind === 'missing' || content.reason === 'it is a folder') {
    return { variables: below, diagnostics: [] };
  }
  return { variables: below, diagnostics: [unreadable(path, content.reason)] };
}

function namedFiles({ envFiles, shell, cwd }: EnvironmentRequest): readonly string[] {
  const fromShell = shell.get('COMPOSE_ENV_FILES')?.value.split(',') ?? [];
  const names = envFiles.length > 0 ? envFiles : fromShell.map((name) => name.trim());
  return names.filter((name) => name !== '').map((name) => resolve(cwd, name));
}

function isSwitchedOff(shell: Variables): boolean {
  return /^(?:1|t|true)$/i.test(shell.get('COMPOSE_DISABLE_ENV_FILE')?.value ?? '');
}

async function readNamed(
  paths: readonly string[],
  { request, reader }: { readonly request: EnvironmentRequest; readonly reader: FileReader },
): Promise<ReadEnvironment> {
  await reader.readAll(paths);
  const missing: Diagnostic[] = [];
  const files = paths.flatMap((path) => {
    const content = reader.contents.get(path);
    if (content?.kind === 'text') return [{ path, text: content.text }];
    missing.push(unreadable(path, content?.kind === 'unreadable' ? content.reason : undefined));
    return [];
  });
  const { variables, diagnostics } = projectEnvironment(request.shell, files);
  return { variables, diagnostics: [...missing, ...diagnostics] };
}

function unreadable(path: string, reason: string | undefined): Diagnostic {
  return {
    code: 'compose/missing-env-file',
    severity: 'error',
    message:
      reason === undefined
        ? `there is no environment file ${path}`
        : `the environment file ${path} cannot be read: ${reason}`,
    help: 'Correct the path after --env-file, or create the file.',
  };
}
