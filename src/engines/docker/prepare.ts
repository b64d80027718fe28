import type { EventBody } from '../../model/event.ts';
import { RunError } from '../../model/finding.ts';
import type { Service } from '../../model/project.ts';
import { canonicalService } from './canonical-service.ts';
import { imageNameOf } from './container-request.ts';
import type { DockerContext } from './context.ts';
import { findImage, pullImage, wantsPull } from './images.ts';
import { textOf } from './json.ts';

export interface PrepareOptions {
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
  /** Build although there is an image. */
  readonly force: boolean;
}

/** Sees to it that the engine has the image of a service: builds it, or fetches it. */
export async function prepareImage(
  context: DockerContext,
  service: Service,
  { force, signal, emit }: PrepareOptions,
): Promise<boolean> {
  const name = imageNameOf(context.project, service);
  const canonical = canonicalService(context.project, service.name);
  const policy = textOf(canonical['pull_policy']);
  const platform = textOf(canonical['platform']);
  const image = await findImage(context, name, signal);
  const builds = service.build !== undefined;
  if (builds && (force || policy === 'build' || image === undefined)) {
    const { buildImage } = await import('./build-image.ts');
    await buildImage(context, service, { signal, emit });
    context.images.delete(name);
    return true;
  }
  if (image !== undefined) {
    context.images.set(name, image.Id);
    return false;
  }
  if (!wantsPull(service, policy, image)) throw neverPulled(service, name);
  await pullImage(context, name, {
    service,
    signal,
    emit,
    ...(platform !== undefined && { platform }),
  });
  return true;
}

function neverPulled(service: Service, name: string): RunError {
  return new RunError([
    {
      code: 'docker/image-not-found',
      service: service.name,
      at: service.imageAt ?? service.at,
      cause: `the engine has no image ${name}, and pull_policy says never to fetch it`,
      fix: [`Fetch it with docker pull ${name}, or leave pull_policy out.`],
    },
  ]);
}
