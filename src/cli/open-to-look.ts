import { type Look, lookAt } from '../actions/look.ts';
import { areManifests } from '../actions/manifests/are-manifests.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { manifestOptions } from './manifest-options.ts';
import { open } from './open.ts';

/** Opens what the command line names, to look at it or to talk to it: a project, or manifests that were applied. */
export async function openToLook(
  { project, io }: { readonly project: ProjectOptions; readonly io: Io },
  options: { readonly enabled?: readonly string[] } = {},
): Promise<Look> {
  if (project.file.length > 0 && (await areManifests(project.file, io.cwd))) {
    const { lookAtManifests } = await import('../actions/manifests/look-at-manifests.ts');
    return lookAtManifests(manifestOptions(project.file, project, io), { signal: io.signal });
  }
  return lookAt(await open({ project, io }, { quiet: true, ...options }));
}
