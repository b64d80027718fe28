import { join } from 'node:path';

import { shortIdOf } from './short-id.ts';

/** Environment variables, as the operating system gave them to the program. */
type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** Where bowline keeps its own files. All absolute. */
export interface Directories {
  /** State, logs, runs. @see https://specifications.freedesktop.org/basedir-spec/latest/ */
  readonly state: string;
  /** Named volumes: what must never be lost. */
  readonly volumes: string;
  /** What can be made again: binaries, builds. */
  readonly cache: string;
  /** Sockets only. Short, for a socket's path is limited to 103 bytes. */
  readonly runtime: string;
}

export interface Machine {
  readonly environment: ProcessEnvironment;
  readonly home: string;
  readonly uid: number;
  readonly temporary: string;
}

/** The directories of the XDG base directory specification; relative values in the variables are ignored, as it asks. */
export function directoriesOf({ environment, home, uid, temporary }: Machine): Directories {
  const base = (variable: string, otherwise: string): string => {
    const value = environment[variable];
    return value?.startsWith('/') === true ? value : otherwise;
  };
  const runtime = environment['XDG_RUNTIME_DIR'];
  return {
    state: join(base('XDG_STATE_HOME', join(home, '.local/state')), 'bowline'),
    volumes: join(base('XDG_DATA_HOME', join(home, '.local/share')), 'bowline/volumes'),
    cache: join(base('XDG_CACHE_HOME', join(home, '.cache')), 'bowline'),
    runtime:
      runtime?.startsWith('/') === true
        ? join(runtime, 'bowline')
        : join(temporary, `bowline-${uid}`),
  };
}

/** The directories of one project in one environment. */
export interface ProjectDirectories {
  readonly state: string;
  /** One folder a unit: specification, log, exit file. */
  readonly units: string;
  readonly runs: string;
  readonly sockets: string;
  readonly volumes: string;
  readonly cache: string;
}

/** Splits `directories` for one project; the name of the socket folder is a short hash of where the state is. */
export function projectDirectoriesOf(
  directories: Directories,
  { environment, project }: { readonly environment: string; readonly project: string },
): ProjectDirectories {
  const state = join(directories.state, environment, project);
  const id = shortIdOf(state);
  return {
    state,
    units: join(state, 'units'),
    runs: join(state, 'runs'),
    sockets: join(directories.runtime, id),
    volumes: join(directories.volumes, environment),
    cache: directories.cache,
  };
}
