import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import { valueAt } from './names.ts';

/** A service has an image, or is built, or is provided by something else. */
export function checkImages(project: Project): readonly Diagnostic[] {
  return project.services
    .filter(
      ({ name, image, build }) =>
        image === undefined &&
        build === undefined &&
        valueAt(project, 'services', name, 'provider') === undefined,
    )
    .map(({ name, at }) => ({
      code: 'compose/no-image',
      severity: 'error',
      message: `${name} has neither an image nor anything to build`,
      help: 'Add "image: name:tag", or "build: ." with a Dockerfile beside the file.',
      at,
    }));
}
