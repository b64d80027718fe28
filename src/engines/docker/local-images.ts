import type { Readable } from 'node:stream';

import type { Cancellable, Emitting } from '../../engine/cancellable.ts';
import type { Service } from '../../model/project.ts';
import { imageNameOf } from './container-request.ts';
import type { DockerOptions } from './context.ts';
import { dockerContext } from './docker-engine.ts';
import { explainRefusal } from './failures.ts';
import { encodeImage, findImage, pushImage, splitTag } from './images.ts';

export interface LocalImage {
  /** As in `sha256:4f2a…`. */
  readonly id: string;
  /** Under which registries know it, as in `registry.example.com/shop/web@sha256:…`. */
  readonly digests: readonly string[];
}

/** Images on their way from Docker to somewhere else. */
export interface LocalImages {
  nameOf(service: Service): string;
  /** Undefined where the engine has none of that name. */
  find(name: string, options: Cancellable): Promise<LocalImage | undefined>;
  build(service: Service, options: Cancellable & Emitting): Promise<void>;
  tag(from: string, to: string, options: Cancellable): Promise<void>;
  push(name: string, service: Service, options: Cancellable & Emitting): Promise<void>;
  /** As an archive, as of `docker save`. Destroy it when it is no longer wanted. */
  save(name: string, options: Cancellable): Promise<Readable>;
}

/**
 * The images of a Docker engine, whatever engine the project itself runs on.
 *
 * @throws {RunError} when there is no address of an engine.
 */
export function openLocalImages(options: DockerOptions): LocalImages {
  const context = dockerContext(options);
  const { api, project } = context;
  return {
    nameOf: (service) => imageNameOf(project, service),
    async find(name, { signal }) {
      const image = await findImage(context, name, signal);
      return image && { id: image.Id, digests: image.RepoDigests ?? [] };
    },
    build: async (service, how) => {
      const { buildImage } = await import('./build-image.ts');
      await buildImage(context, service, how);
    },
    async tag(from, to, { signal }) {
      const [repo, tag] = splitTag(to);
      const path = `/images/${encodeImage(from)}/tag`;
      try {
        await api.call({ method: 'POST', path, query: { repo, tag }, signal });
      } catch (error) {
        signal.throwIfAborted();
        throw explainRefusal(error, { doing: `tag ${from} as ${to}`, image: from });
      }
    },
    push: (name, service, how) => pushImage(context, name, { ...how, service }),
    async save(name, { signal }) {
      try {
        return await api.stream({ path: `/images/${encodeImage(name)}/get`, signal });
      } catch (error) {
        signal.throwIfAborted();
        throw explainRefusal(error, { doing: `save ${name}`, image: name });
      }
    },
  };
}
