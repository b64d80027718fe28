import { dirname } from 'node:path';

import { adopting } from '../../engines/kubernetes/adopt.ts';
import { openKubernetesEngine } from '../../engines/kubernetes/kubernetes-engine.ts';
import type { Look } from '../look.ts';
import {
  projectOfManifests,
  servicesOfManifests,
  type ManifestService,
} from './manifest-project.ts';
import { secretValuesOf } from './manifest-values.ts';
import { type ManifestOptions, openManifests } from './open-manifests.ts';
import { placeOfFinding } from './place-of-finding.ts';

/**
 * Opens the cluster for what was applied from manifests: each thing that runs is a service of its name.
 *
 * @throws {ComposeError} with everything that is wrong with the files.
 * @throws {RunError} with exit code 5 when there is no usable kubeconfig.
 */
export async function lookAtManifests(
  options: ManifestOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<Look> {
  await using opened = await openManifests(options, { signal });
  const { manifests, set, sources, target } = opened;
  const services = servicesOfManifests(manifests);
  const files = [...sources.keys()];
  const project = projectOfManifests(services, {
    name: set,
    folder: dirname(files[0] ?? options.cwd),
    files,
  });
  const namespace = namespaceOf(services) ?? target.namespace;
  const adopt = adopting(
    services.map(({ object, service }) => ({
      kind: object.kind,
      name: object.metadata.name,
      service: service.name,
    })),
  );
  const engine = await openKubernetesEngine({
    ...options,
    project,
    namespace,
    instance: set,
    names: new Map(services.map(({ service }) => [service.name, service.name])),
    adopt,
    translate: () =>
      Promise.resolve({ objects: manifests.map(({ object }) => adopt(object)), diagnostics: [] }),
  });
  return {
    project,
    engine,
    sources,
    secrets: secretValuesOf(manifests),
    placeOf: (service, finding) => {
      const own = services.find((each) => each.service.name === service);
      const manifest = manifests.find(({ object }) => object === own?.object);
      return placeOfFinding(manifests, finding, manifest);
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

/** Where they all say one and the same. */
function namespaceOf(services: readonly ManifestService[]): string | undefined {
  const written = new Set(services.map(({ object }) => object.metadata.namespace));
  return written.size === 1 ? [...written][0] : undefined;
}
