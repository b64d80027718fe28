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
import {
  type EnvironmentSettings,
  parseServiceName,
  type Project,
  type ServiceName,
} from '../model/project.ts';
import type { LeftMigration } from '../release-tasks/recognise.ts';
import { withReleaseTasks } from '../release-tasks/with-release-tasks.ts';
import { loadProject, type LoadedProject, type LoadOptions } from './load-project.ts';
import { withScale } from './with-scale.ts';
import {
  chooseEngine,
  type EngineChoice,
  forgetEngine,
  keepEngine,
  targetOf,
} from './choose-engine.ts';
import { openEngine } from './open-engine.ts';
import type { OpenedEngine } from './opened-engine.ts';
import { readImageFacts } from './read-image-facts.ts';
import type { Programs } from './programs.ts';

export interface SessionOptions extends LoadOptions {
  /** Name of the environment. @defaultValue 'local' */
  readonly environmentName?: string;
  /** Absent: as {@link chooseEngine} has it. */
  readonly engine?: string;
  readonly isolation?: 'auto' | 'mount' | 'none';
  /** Copies of services, in place of what the file says. */
  readonly scale?: ReadonlyMap<string, number>;
  /** Of the kubeconfig. */
  readonly context?: string;
  /** Of the cluster. */
  readonly namespace?: string;
  /** See {@link OpenEngineOptions}. */
  readonly forceConflicts?: boolean;
  readonly registry?: string;
  readonly load?: string;
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
  /** Migrations that run with each start of their service, and why they are left there. */
  readonly leftMigrations: ReadonlyMap<ServiceName, LeftMigration>;
  readonly engine: Engine;
  /** Present where images have to be brought to the engine. Before it is looked at what there is. */
  readonly shipImages?: OpenedEngine['shipImages'];
  readonly directories: ProjectDirectories;
  /** What the user should know of the choice of the engine before something is started. */
  readonly note: EngineChoice['note'];
  /** Called when something is started: the project stays on its engine from now on. */
  keepEngine(): Promise<void>;
  /** Called when all of the project is gone, data included. */
  forgetEngine(): Promise<void>;
}

/** Loads the project and opens its engine. Starts nothing. */
export async function openSession(
  options: SessionOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<Session> {
  const { loaded, target } = await loadForTarget(options, { signal });
  const { environmentName = 'local', isolation = 'auto' } = options;
  const base: Directories = directoriesOf(options);
  const directories = projectDirectoriesOf(base, {
    environment: environmentName,
    project: loaded.project.name,
  });
  const { name, note } = await chooseEngine({
    asked: options.engine ?? options.environment['BOWLINE_ENGINE'],
    project: loaded.project,
    target,
    state: directories.state,
    reachDocker: async () => {
      const { reachDocker } = await import('../engines/docker/reach.ts');
      return reachDocker(options, { signal });
    },
  });
  const scaled = withScale(loaded, options.scale);
  const { project, left } = withReleaseTasks(scaled, await readImageFacts(scaled, { signal }));
  const { engine, shipImages } = await openEngine(name, {
    ...options,
    project,
    loaded: { ...loaded, project: scaled },
    directories,
    isolation,
    target,
  });
  return {
    ...loaded,
    project,
    leftMigrations: left,
    engine,
    ...(shipImages !== undefined && { shipImages }),
    directories,
    note,
    keepEngine: () => keepEngine(directories.state, name),
    forgetEngine: () => forgetEngine(directories.state),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

/** Loads the project, and again with the files that its environment lays over it, if there are any. */
async function loadForTarget(
  options: SessionOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<{ readonly loaded: LoadedProject; readonly target: EnvironmentSettings | undefined }> {
  let input: Promise<string> | undefined;
  const readStdin = (): Promise<string> => (input ??= options.readStdin?.() ?? Promise.resolve(''));
  const loaded = await loadProject({ ...options, readStdin }, { signal });
  const target = targetOf(loaded.project, options.environmentName);
  if (target === undefined || target.files.length === 0) return { loaded, target };
  const files = [...loaded.project.files, ...target.files];
  const over = await loadProject({ ...options, readStdin, files }, { signal });
  return { loaded: over, target: targetOf(over.project, options.environmentName) };
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
