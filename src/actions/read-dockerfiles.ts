import { resolve } from 'node:path';

import type { Project, Service } from '../model/project.ts';
import type { FileReader } from './read-files.ts';

/** Dockerfiles of services whose health matters. */
export async function readDockerfiles(
  { services }: Project,
  reader: FileReader,
): Promise<ReadonlyMap<string, string>> {
  const gates = new Set<string>(
    services.flatMap(({ dependsOn }) =>
      dependsOn.flatMap(({ service, condition }) =>
        condition === 'service_healthy' ? [service] : [],
      ),
    ),
  );
  const wanted = services.filter(
    ({ name, build, healthcheck }) =>
      build !== undefined && (healthcheck !== undefined || gates.has(name)),
  );
  const read = await Promise.all(
    wanted.map(async (service) => [service.name, await dockerfileOf(service, reader)] as const),
  );
  return new Map(read.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
}

async function dockerfileOf({ build }: Service, reader: FileReader): Promise<string | undefined> {
  if (build === undefined) return undefined;
  if (build.dockerfileInline !== undefined) return build.dockerfileInline;
  if (!build.context.startsWith('/')) return undefined;
  const content = await reader.read(resolve(build.context, build.dockerfile));
  return content.kind === 'text' ? content.text : undefined;
}
