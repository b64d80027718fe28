import { advise } from '../checks/advise.ts';
import type { Facts } from '../checks/check.ts';
import { filesWithSecrets } from '../checks/clear-secrets.ts';
import { trackedFiles } from '../host/tracked-files.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';

/** What loads and will not work, or not for long. Git is asked only where a file holds what looks like a secret. */
export async function giveAdvice(
  project: Project,
  facts: Facts,
  sources: {
    readonly signal: AbortSignal;
    /** Of the process. */
    readonly environment: Readonly<Record<string, string | undefined>>;
  },
): Promise<readonly Diagnostic[]> {
  const secrets = filesWithSecrets(project, facts);
  const tracked = secrets.length === 0 ? facts.tracked : await trackedFiles(secrets, sources);
  return advise(project, { ...facts, tracked });
}
