import type { Service } from '../../model/project.ts';
import { type ContainerRequest, containerRequest, imageNameOf } from './container-request.ts';
import { listContainers, serviceOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { archiveOf, grantsOf } from './grants.ts';
import { findImage } from './images.ts';
import { createContainer, putArchive, removeContainer } from './start-container.ts';

export interface OneOff {
  readonly service: Service;
  readonly name: string;
  /** What is different from a copy of the service. */
  readonly change: (request: ContainerRequest) => ContainerRequest;
  readonly signal: AbortSignal;
}

/** Creates a container beside the copies of a service, with its secrets in it. It is not started. */
export async function createOneOff(
  context: DockerContext,
  { service, name, change, signal }: OneOff,
): Promise<string> {
  const { project, hashOf, originOf } = context;
  const image = await findImage(context, imageNameOf(project, service), signal);
  const grants = await grantsOf(context, service);
  const request = containerRequest({
    ...context,
    service: { ...service, ports: [], restart: { kind: 'no' } },
    number: 1,
    name,
    imageId: image?.Id ?? '',
    hash: hashOf(service.name),
    origin: originOf(service.name),
    grants,
    inherited: [],
    containerOf: await idsOfOthers(context, signal),
  });
  const changed = change(besideCopies(request, name));
  const id = await createContainer(context, changed, { name, signal });
  const archive = archiveOf(grants.files);
  if (archive === undefined) return id;
  try {
    await putArchive(context, id, { archive, signal });
    return id;
  } catch (error) {
    await removeContainer(context, id, { volumes: true, signal: AbortSignal.timeout(30_000) });
    throw error;
  }
}

/** What another service's name stands for where this one shares something with it. */
async function idsOfOthers(
  context: DockerContext,
  signal: AbortSignal,
): Promise<(name: string) => string> {
  const ids = new Map(
    (await listContainers(context, signal)).map((each) => [serviceOf(each), each.Id] as const),
  );
  return (name) => ids.get(name) ?? `${context.project.name}-${name}-1`;
}

/** Of an endpoint: what only one container at a time can have. */
const OWN = new Set(['Aliases', 'IPAMConfig', 'MacAddress']);

/**
 * It takes nothing from the copies of its service: neither their names on the network, by which others would reach it in
 * their place, nor their addresses.
 */
function besideCopies({ body, networking }: ContainerRequest, name: string): ContainerRequest {
  const endpoints = networking.endpoints.map(({ network, settings }) => ({
    network,
    settings: {
      ...Object.fromEntries(Object.entries(settings).filter(([key]) => !OWN.has(key))),
      Aliases: [name],
    },
  }));
  const [first] = endpoints;
  const connected = first === undefined ? {} : { [first.network]: first.settings };
  return {
    body: {
      ...body,
      Healthcheck: { Test: ['NONE'] },
      NetworkingConfig: { EndpointsConfig: connected },
    },
    networking: { ...networking, endpoints },
  };
}
