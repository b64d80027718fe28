import { loadProject } from '../actions/load-project.ts';
import type { Io } from './io.ts';

/** Names of the services of the Compose file at hand; none when there is no file, or a wrong one. */
export async function servicesToComplete({
  environment,
  cwd,
  signal,
}: Io): Promise<readonly string[]> {
  const options = { files: [], profiles: ['*'], envFiles: [], environment, cwd };
  try {
    const { project } = await loadProject(options, { signal });
    return project.services.map(({ name }) => name);
  } catch {
    return [];
  }
}
