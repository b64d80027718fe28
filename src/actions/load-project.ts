import { dirname, delimiter, resolve } from 'node:path';

import type { Facts } from '../checks/check.ts';
import { inspect } from '../checks/inspect.ts';
import { load } from '../compose/load.ts';
import type { LoadRequest, LoadResult, LoadStages } from '../compose/load-request.ts';
import { applySilences } from '../compose/apply-silences.ts';
import { maskValues } from '../compose/mask-values.ts';
import type { Node } from '../compose/node.ts';
import type { ParsedYaml } from '../compose/parsed-yaml.ts';
import { shellVariables } from '../compose/project-environment.ts';
import { sortDiagnostics } from '../compose/sort-diagnostics.ts';
import type { Variables } from '../compose/variable.ts';
import { ComposeError, type Diagnostic, type Silence, type Silenced } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import { findComposeFiles } from './find-compose-files.ts';
import { addDefaultFile, namesEnvironmentFiles, readEnvironment } from './read-environment.ts';
import { type FileReader, fileReader } from './read-files.ts';
import { readDockerfiles } from './read-dockerfiles.ts';

export interface LoadOptions extends LoadStages {
  /** Compose files in the order of merging, relative to `cwd`; `-` is standard input. Empty: looked for. */
  readonly files: readonly string[];
  /** Folder that relative paths start from. @defaultValue that of the first file */
  readonly projectDirectory?: string;
  readonly projectName?: string;
  /** Empty: those of `COMPOSE_PROFILES`. */
  readonly profiles: readonly string[];
  /** Services that the user named: switched on whatever their profiles are, and alone in what they claim. */
  readonly enabled?: readonly string[];
  /** Relative to `cwd`. Empty: `.env`. */
  readonly envFiles: readonly string[];
  /** Of the process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly readStdin?: () => Promise<string>;
  /** Say at once what loads and will not work, too; it takes a while. @defaultValue false: `advise` says it later */
  readonly advice?: boolean;
  /** Text to take for that of files, by absolute path, as if it were written already. */
  readonly edited?: ReadonlyMap<string, string>;
}

export interface LoadedProject {
  readonly project: Project;
  /** The files merged, in the forms in which they were written. */
  readonly written: Node;
  /** Of all services, also of those that are switched off. */
  readonly profiles: readonly string[];
  /** Of the shell and of `.env`: what the files see. */
  readonly environment: Variables;
  /** Warnings only, in file order. */
  readonly diagnostics: readonly Diagnostic[];
  /** Text of every file that a diagnostic may point into. */
  readonly sources: ReadonlyMap<string, string>;
  /** Comments that waive rules. */
  readonly silences: readonly Silence[];
  readonly silenced: readonly Silenced[];
  /** Warnings about what loads and will not work, in file order; none where `advice` was asked for at once. */
  advise(): Promise<readonly Diagnostic[]>;
}

/**
 * Finds, reads, loads and checks the project.
 *
 * @throws {ComposeError} with every error and warning at once, in file order.
 */
export async function loadProject(
  options: LoadOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<LoadedProject> {
  const { readStdin = () => Promise.resolve(''), edited } = options;
  const reader = fileReader({ signal, readStdin, ...(edited !== undefined && { edited }) });
  const place = await findProject(options, reader);
  const { project, written, declared, diagnostics, sources, silences } = await readAndLoad(
    place.request,
    reader,
  );
  const found = [...place.diagnostics, ...diagnostics];
  const { files, environment: variables } = place.request;
  const said = (all: readonly Diagnostic[]) => applySilences(sortDiagnostics(all, files), silences);
  const asks = options.noConsistency !== true && options.noInterpolate !== true;
  const known = { ...declared, running: options.enabled ?? [], sources, variables };
  const rules = rulesFor(asks ? project : undefined, known, {
    reader,
    signal,
    environment: options.environment,
  });
  const inspected = await rules.inspect(found);
  const advice = options.advice === true ? await rules.advise() : [];
  const { kept: all, silenced } = said([...inspected, ...advice]);
  const failed = all.some(({ severity }) => severity === 'error');
  if (project === undefined || written === undefined || failed)
    throw new ComposeError(all, { sources });
  return {
    project,
    written,
    profiles: declared.profiles,
    environment: variables,
    diagnostics: all,
    sources,
    silences,
    silenced,
    advise: async () => (options.advice === true ? [] : said(await rules.advise()).kept),
  };
}

interface Rules {
  inspect(found: readonly Diagnostic[]): Promise<readonly Diagnostic[]>;
  advise(): Promise<readonly Diagnostic[]>;
}

/** What is to be said about a project as a whole; nothing where there is none. */
function rulesFor(
  project: Project | undefined,
  known: Omit<Facts, 'dockerfiles' | 'tracked'>,
  {
    reader,
    signal,
    environment,
  }: { readonly reader: FileReader; readonly signal: AbortSignal } & Pick<
    LoadOptions,
    'environment'
  >,
): Rules {
  if (project === undefined)
    return { inspect: (found) => Promise.resolve(found), advise: () => Promise.resolve([]) };
  const gather = async (): Promise<Facts> => ({
    ...known,
    dockerfiles: await readDockerfiles(project, reader),
    tracked: new Set(),
  });
  return {
    inspect: async (found) => inspect(project, { found, facts: await gather() }),
    advise: async () => {
      const { giveAdvice } = await import('./give-advice.ts');
      return giveAdvice(project, await gather(), { signal, environment });
    },
  };
}

interface FoundProject {
  readonly request: LoadRequest;
  readonly diagnostics: readonly Diagnostic[];
}

/** Which files, in which folder, with which variables; each may decide about the others. */
async function findProject(options: LoadOptions, reader: FileReader): Promise<FoundProject> {
  const { cwd, projectDirectory, envFiles } = options;
  const named = options.files.map((file) => absolute(file, cwd));
  const shell = withWorkingDirectory(shellVariables(options.environment), cwd);
  const asked = projectDirectory === undefined ? undefined : resolve(cwd, projectDirectory);
  const folder = asked ?? folderOf(named) ?? cwd;
  const wanted = { shell, envFiles, cwd, folder };
  const first = await readEnvironment(wanted, reader);
  const found = await filesOf(named, { environment: first.variables, folder, cwd, reader });
  if (found.files.length === 0) {
    throw new ComposeError([...first.diagnostics, ...found.diagnostics], {
      sources: sourcesOf(reader, named),
    });
  }
  const workingDir = asked ?? folderOf(found.files) ?? cwd;
  const second =
    workingDir === folder || namesEnvironmentFiles(wanted)
      ? { variables: first.variables, diagnostics: [] }
      : await addDefaultFile(first.variables, workingDir, reader);
  return {
    diagnostics: [...first.diagnostics, ...found.diagnostics, ...second.diagnostics],
    request: requestOf(options, { files: found.files, workingDir, environment: second.variables }),
  };
}

interface ProjectPlace {
  readonly files: readonly string[];
  readonly workingDir: string;
  readonly environment: Variables;
}

function requestOf(
  { profiles, projectName, enabled, ...stages }: LoadOptions,
  place: ProjectPlace,
): LoadRequest {
  const fromShell = place.environment.get('COMPOSE_PROFILES')?.value.split(',') ?? [];
  return {
    ...place,
    profiles: profiles.length > 0 ? profiles : fromShell.map((profile) => profile.trim()),
    ...(projectName !== undefined && { projectName }),
    ...(enabled !== undefined && { enabled }),
    stages,
    contents: new Map(),
  };
}

async function filesOf(
  named: readonly string[],
  { environment, folder, cwd, reader }: Searching,
): Promise<{ readonly files: readonly string[]; readonly diagnostics: readonly Diagnostic[] }> {
  if (named.length > 0) return { files: named, diagnostics: [] };
  const list = environment.get('COMPOSE_FILE')?.value ?? '';
  if (list === '') return findComposeFiles(folder, reader);
  const separator = environment.get('COMPOSE_PATH_SEPARATOR')?.value ?? '';
  const files = list.split(separator === '' ? delimiter : separator).filter((file) => file !== '');
  return { files: files.map((file) => absolute(file, cwd)), diagnostics: [] };
}

interface Searching {
  readonly environment: Variables;
  readonly folder: string;
  readonly cwd: string;
  readonly reader: FileReader;
}

type Loaded = Extract<LoadResult, { readonly kind: 'loaded' }>;

async function readAndLoad(request: LoadRequest, reader: FileReader): Promise<Loaded> {
  const parsed = new Map<string, ParsedYaml>();
  const environmentFiles = sourcesOf(reader, request.files);
  for (;;) {
    const result = load({ ...request, contents: reader.contents, parsed });
    if (result.kind === 'loaded') {
      return { ...result, sources: new Map([...environmentFiles, ...result.sources]) };
    }
    await reader.readAll(result.paths);
  }
}

/** What was read besides the Compose files: files of variables, whose values are not for reports. */
function sourcesOf(
  { contents }: FileReader,
  files: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    [...contents].flatMap(([path, content]) =>
      content.kind === 'text' && !files.includes(path)
        ? [[path, maskValues(content.text)] as const]
        : [],
    ),
  );
}

function absolute(file: string, cwd: string): string {
  return file === '-' ? file : resolve(cwd, file);
}

function folderOf(files: readonly string[]): string | undefined {
  const first = files.find((file) => file !== '-');
  return first === undefined ? undefined : dirname(first);
}

/** Compose files use `$PWD`; a program that was not started by a shell has none. */
function withWorkingDirectory(shell: Variables, cwd: string): Variables {
  return shell.has('PWD') ? shell : new Map([...shell, ['PWD', { value: cwd }]]);
}
