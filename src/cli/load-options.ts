import type { SessionOptions } from '../actions/session.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';

/** What loading takes from the command line and the process. */
export function loadOptions(project: ProjectOptions, io: Io): SessionOptions {
  const { file, projectName, projectDirectory, profile, envFile, environment, isolation, engine } =
    project;
  const { context, namespace } = project;
  return {
    files: file,
    profiles: profile,
    envFiles: envFile,
    ...(projectName !== undefined && { projectName }),
    ...(projectDirectory !== undefined && { projectDirectory }),
    ...(environment !== undefined && { environmentName: environment }),
    ...(isolation !== undefined && { isolation }),
    ...(engine !== undefined && { engine }),
    ...(context !== undefined && { context }),
    ...(namespace !== undefined && { namespace }),
    environment: io.environment,
    cwd: io.cwd,
    readStdin: io.readStdin,
    programs: io.programs,
    home: io.home,
    uid: io.uid,
    temporary: io.temporary,
  };
}
