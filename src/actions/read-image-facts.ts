import { resolve } from 'node:path';

import type { Project, Service, ServiceName } from '../model/project.ts';
import {
  commandsOfDockerfile,
  type ImageFacts,
  placesOfScript,
  scriptsNamed,
} from '../release-tasks/image-facts.ts';
import { type FileReader, fileReader } from './read-files.ts';

/** What the Dockerfiles of built services, and the scripts that they start, say about release tasks. */
export async function readImageFacts(
  { services }: Project,
  { signal }: { readonly signal: AbortSignal },
): Promise<ReadonlyMap<ServiceName, ImageFacts>> {
  const reader = fileReader({ signal, readStdin: () => Promise.resolve('') });
  const read = await Promise.all(
    services.map(async (service) => [service.name, await factsOf(service, reader)] as const),
  );
  return new Map(read);
}

async function factsOf(service: Service, reader: FileReader): Promise<ImageFacts> {
  const { build } = service;
  if (build === undefined || !build.context.startsWith('/')) return {};
  const dockerfile =
    build.dockerfileInline ??
    (await textOf(resolve(build.context, build.dockerfile), reader)) ??
    '';
  const commands = commandsOfDockerfile(dockerfile, build.target);
  const argv = [
    ...(service.entrypoint ?? commands.entrypoint ?? []),
    ...(service.command ?? commands.command ?? []),
  ];
  const scripts = await Promise.all(
    scriptsNamed(argv).map(async (script): Promise<readonly [string, string][]> => {
      for (const place of placesOfScript(script, dockerfile)) {
        const text = await textOf(resolve(build.context, place), reader);
        if (text !== undefined) return [[script, text]];
      }
      return [];
    }),
  );
  return { ...commands, scripts: new Map(scripts.flat()) };
}

async function textOf(path: string, reader: FileReader): Promise<string | undefined> {
  const content = await reader.read(path);
  return content.kind === 'text' ? content.text : undefined;
}
