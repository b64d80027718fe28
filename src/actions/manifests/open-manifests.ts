import { type Cluster, openCluster } from '../../engines/kubernetes/cluster/cluster.ts';
import type { Target, TargetOptions } from '../../engines/kubernetes/cluster/read-kubeconfig.ts';
import { ComposeError, type Diagnostic } from '../../model/diagnostic.ts';
import { checkSecrets } from './check-secrets.ts';
import { findManifests, setNameOf } from './find-manifests.ts';
import { at, type Manifest } from './manifest.ts';
import { readManifests } from './read-manifests.ts';

export interface ManifestOptions extends TargetOptions {
  /** Files, folders, or `-`; relative to `cwd`. */
  readonly files: readonly string[];
  readonly cwd: string;
  readonly readStdin: () => Promise<string>;
  /** Under which name it is remembered what was applied. @defaultValue the folder's */
  readonly name?: string;
}

/** Manifests that were read, and the cluster that they are for. */
export interface OpenManifests extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly target: Target;
  readonly manifests: readonly Manifest[];
  readonly set: string;
  /** Folders were named: what is not in them is not wanted. */
  readonly isWhole: boolean;
  /** Errors were thrown. */
  readonly warnings: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Reads manifests and the kubeconfig. Asks the cluster nothing yet.
 *
 * @throws {ComposeError} with everything that is wrong with the files.
 * @throws {RunError} with exit code 5 when there is no usable kubeconfig.
 */
export async function openManifests(
  options: ManifestOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<OpenManifests> {
  const { files, isWhole, folder } = await findManifests(options.files, options.cwd);
  const { manifests, diagnostics, sources } = await readManifests(files, {
    readStdin: options.readStdin,
    signal,
  });
  const found = [...diagnostics, ...elsewhere(manifests, options.namespace)];
  if (found.some(({ severity }) => severity === 'error'))
    throw new ComposeError(found, { sources });
  const secrets = await checkSecrets(manifests, { signal, environment: options.environment });
  const cluster = await openCluster(options);
  return {
    cluster,
    target: cluster.target,
    manifests,
    set: options.name ?? setNameOf(folder),
    isWhole,
    warnings: [...found, ...secrets],
    sources,
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

/** Objects that say another namespace than the command line does: one of both is a mistake. */
function elsewhere(
  manifests: readonly Manifest[],
  namespace: string | undefined,
): readonly Diagnostic[] {
  if (namespace === undefined) return [];
  return manifests.flatMap(({ object, node }): readonly Diagnostic[] => {
    const written = object.metadata.namespace;
    if (written === undefined || written === namespace) return [];
    return [
      {
        code: 'kubernetes/other-namespace',
        severity: 'error',
        message: `${object.kind}/${object.metadata.name} says namespace ${written}, and the command line says ${namespace}`,
        help: 'Leave the namespace out of the file, or out of the command.',
        at: (at(node, 'metadata', 'namespace') ?? node).at,
      },
    ];
  });
}
