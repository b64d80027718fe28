import type { ManifestOptions } from '../actions/manifests/open-manifests.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';

/** Manifests as the command line names them. */
export function manifestOptions(
  files: readonly string[],
  { projectName: name, context, namespace }: ProjectOptions,
  { environment, cwd, home, readStdin }: Io,
): ManifestOptions {
  return {
    files,
    environment,
    cwd,
    home,
    readStdin,
    ...(name !== undefined && { name }),
    ...(context !== undefined && { context }),
    ...(namespace !== undefined && { namespace }),
  };
}
