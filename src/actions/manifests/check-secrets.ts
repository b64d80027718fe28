import { type TrackedFilesOptions, trackedFiles } from '../../host/tracked-files.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { at, type Manifest } from './manifest.ts';

/** A Secret in base64 is not secret: who reads the repository reads it. The value is never printed. */
export async function checkSecrets(
  manifests: readonly Manifest[],
  options: TrackedFilesOptions,
): Promise<readonly Diagnostic[]> {
  const found = manifests.flatMap(({ object, node }) => {
    if (object.kind !== 'Secret') return [];
    return (['data', 'stringData'] as const).flatMap((part) => {
      const values = at(node, part);
      if (values?.kind !== 'map' || node.at.file === '-') return [];
      return values.entries
        .filter(({ value }) => value.kind === 'scalar' && isSecret(value.value))
        .map(({ key, keyAt }) => ({ name: object.metadata.name, part, key, keyAt }));
    });
  });
  const tracked = await trackedFiles([...new Set(found.map(({ keyAt }) => keyAt.file))], options);
  return found
    .filter(({ keyAt }) => tracked.has(keyAt.file))
    .map(({ name, part, key, keyAt }) => ({
      code: 'kubernetes/secret-in-git',
      severity: 'warning',
      message: `git keeps ${key} of the Secret ${name}${part === 'data' ? ', and base64 hides nothing' : ''}`,
      help: 'Make the Secret with kubectl create secret, or keep its file out of git; then change the value, for git does not forget.',
      at: keyAt,
      secret: true,
    }));
}

function isSecret(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
