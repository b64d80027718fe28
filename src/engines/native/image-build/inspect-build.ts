import type { Service } from '../../../model/project.ts';
import type { NativeImage } from '../image.ts';
import type { Machine } from './find-interpreter.ts';
import { storedImage } from './image-store.ts';
import { loadBuild } from './load-build.ts';
import { planBuild } from './plan-build.ts';

/** What a build would give now. */
export interface Inspection {
  readonly digest: string;
  /** It is made already. */
  readonly ready: boolean;
  readonly image?: NativeImage;
}

/**
 * Looks whether the image of a service is up to date.
 *
 * @returns nothing where the build cannot be: `checkBuild` says why.
 */
export async function inspectBuild(
  service: Service,
  machine: Machine,
): Promise<Inspection | undefined> {
  const { build } = service;
  if (build === undefined) return undefined;
  const loaded = await loadBuild(service, build, machine.signal);
  const { plan } = await planBuild(service, loaded, machine);
  if (plan === undefined) return undefined;
  const image = storedImage(machine.cache, plan.digest);
  return {
    digest: plan.digest,
    ready: image !== undefined,
    ...(image !== undefined && { image }),
  };
}
