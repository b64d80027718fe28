import { resolve } from 'node:path';

import type { Facts } from '../checks/check.ts';
import { filesWithSecrets } from '../checks/clear-secrets.ts';
import { trackedFiles } from '../host/tracked-files.ts';
import type { Project, Service } from '../model/project.ts';
import type { FileReader } from './read-files.ts';

export interface FactSources {
  readonly reader: FileReader;
  readonly signal: AbortSignal;
  /** Of the process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What rules need to know of the machine; nothing is read that no rule of this project asks for. */
export async function gatherFacts(
  project: Project,
  known: Omit<Facts, 'dockerfiles' | 'tracked'>,
  { reader, signal, environment }: FactSources,
): Promise<Facts> {
  const secrets = filesWithSecrets(project, known);
  return {
    ...known,
    dockerfiles: await dockerfilesOf(project, reader),
    tracked:
      secrets.length === 0 ? new Set() : await trackedFiles(secrets, { signal, environment }),
  };
}

/** Dockerfiles of services whose health matters. */
async function dockerfilesOf(
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
    ({ name, healthcheck }) => healthcheck !== undefined || gates.has(name),
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
