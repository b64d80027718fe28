import type { Node } from '../compose/node.ts';
import type { Engine } from '../engine/engine.ts';
import {
  type Directories,
  directoriesOf,
  projectDirectoriesOf,
  type ProjectDirectories,
} from '../host/directories.ts';
import type { Diagnostic, Silence, Silenced } from '../model/diagnostic.ts';
import { ComposeError } from '../model/diagnostic.ts';
import { parseServiceName, type Project, type ServiceName } from '../model/project.ts';
import { loadProject, type LoadedProject, type LoadOptions } from './load-project.ts';
import type { Programs } from './programs.ts';

export interface SessionOptions extends LoadOptions {
  /** Name of the environment. @defaultValue 'local' */
  readonly environmentName?: string;
  readonly isolation?: 'auto' | 'mount' | 'none';
  readonly programs: Programs;
  readonly home: string;
  readonly uid: number;
  readonly temporary: string;
}

/** A project that was loaded, and the engine that it runs on. */
export interface Session extends AsyncDisposable {
  readonly project: Project;
  /** The files merged, in the forms in which they were written. */
  readonly written: Node;
  /** Warnings of loading; errors were thrown. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
  /** Comments that waive rules, and what loading left out for them. */
  readonly silences: readonly Silence[];
  readonly silenced: readonly Silenced[];
  /** See {@link LoadedProject.advise}. */
  readonly advise: LoadedProject['advise'];
  readonly engine: Engine;
  readonly directories: ProjectDirectories;
}

/** Loads the project and opens its engine. Starts nothing. */
export async function openSession(
  options: SessionOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<Session> {
  const loaded = await loadProject(options, { signal });
  const { project } = loaded;
  const { environmentName = 'local' } = options;
  const base: Directories = directoriesOf(options);
  const directories = projectDirectoriesOf(base, {
    environment: environmentName,
    project: project.name,
  });
  const { openNativeEngine } = await import('../engines/native/native-engine.ts');
  const engine = openNativeEngine({
    project,
    directories,
    programs: options.programs,
    isolation: options.isolation ?? 'auto',
    environment: options.environment,
    home: options.home,
    uid: options.uid,
    temporary: options.temporary,
  });
  return {
    ...loaded,
    engine,
    directories,
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

/**
 * The services that the user named.
 *
 * @throws {ComposeError} when the project has no such service; names the nearest ones.
 */
export function servicesNamed(
  { project, sources }: Pick<Session, 'project' | 'sources'>,
  names: readonly string[],
): readonly ServiceName[] {
  const known = new Set<string>([...project.services.map(({ name }) => name), ...project.inactive]);
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new ComposeError(
      unknown.map((name): Diagnostic => ({
        code: 'arguments/unknown-service',
        severity: 'error',
        message: `there is no service "${name}" in project ${project.name}`,
        help: `Services here: ${[...known].join(', ')}.`,
      })),
      { sources },
    );
  }
  return names.flatMap((name) => parseServiceName(name) ?? []);
}
