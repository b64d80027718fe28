import { randomBytes } from 'node:crypto';

import type { EventBody } from '../../model/event.ts';
import type { Service, ServiceName } from '../../model/project.ts';
import { DockerError } from './api.ts';
import { canonicalService } from './canonical-service.ts';
import { type ContainerRequest, containerRequest, imageNameOf } from './container-request.ts';
import { containersOf, nameOf, numberOf, serviceOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { explainExit } from './explain-exit.ts';
import { explainRefusal } from './failures.ts';
import { archiveOf, grantsOf } from './grants.ts';
import { runHooks } from './hooks.ts';
import { findImage } from './images.ts';
import { textOf, textsOf } from './json.ts';
import { fingerprintOf } from './observe.ts';
import type { Container, ContainerMount } from './shapes.ts';

export interface StartOptions {
  readonly number: number;
  readonly renew: boolean;
  /** Before a container of the copy is started that has never run. */
  readonly beforeFirst: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

/** Starts the copy of a service with that number: the container that is there if it is as wanted, else a new one. */
export async function startReplica(
  context: DockerContext,
  service: Service,
  options: StartOptions,
): Promise<boolean> {
  const { number, renew, signal } = options;
  const name = replicaNameOf(context, service, number);
  try {
    const [all, imageId] = await Promise.all([
      containersOf(context, service.name, signal),
      imageIdOf(context, imageNameOf(context.project, service), signal),
    ]);
    const present = all.find((each) => numberOf(each) === number);
    const images = new Map([[imageNameOf(context.project, service), imageId]]);
    const isAsWanted =
      present !== undefined &&
      !renew &&
      fingerprintOf(context, present, images) === service.fingerprint;
    if (isAsWanted && present.State.Status === 'running') return false;
    const id = isAsWanted
      ? present.Id
      : await replace(context, { service, number, name, imageId, present, signal });
    // One that has run before is started as it was.
    if (!isAsWanted || present.State.Status === 'created') await options.beforeFirst();
    await startContainer(context, id, signal);
    await runHooks(context, { id, service, kind: 'post_start', ...options });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    throw await explained(context, error, { service, name, signal });
  }
}

/** Creates the copy of a service with that number, of which there is none. Gives its id. */
export async function createReplica(
  context: DockerContext,
  {
    service,
    number,
    signal,
  }: { readonly service: Service; readonly number: number; readonly signal: AbortSignal },
): Promise<string> {
  const name = replicaNameOf(context, service, number);
  const imageId = await imageIdOf(context, imageNameOf(context.project, service), signal);
  return replace(context, { service, number, name, imageId, present: undefined, signal });
}

function replicaNameOf({ project }: DockerContext, service: Service, number: number): string {
  return service.containerName ?? `${project.name}-${service.name}-${number}`;
}

async function imageIdOf(
  context: DockerContext,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  return context.images.get(name) ?? (await findImage(context, name, signal))?.Id ?? '';
}

/** A program that is not there is told of when the container is started; what it said before helps. */
async function explained(
  context: DockerContext,
  error: unknown,
  {
    service,
    name,
    signal,
  }: { readonly service: Service; readonly name: string; readonly signal: AbortSignal },
): Promise<unknown> {
  const refusal = explainRefusal(error, {
    service: service.name,
    doing: `start ${name}`,
    image: imageNameOf(context.project, service),
  });
  return explainExit(context, refusal, { service, signal });
}

async function startContainer(
  { api, stopped }: DockerContext,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  stopped.delete(id);
  await api.call({ method: 'POST', path: `/containers/${id}/start`, signal });
}

interface Wanted {
  readonly service: Service;
  readonly number: number;
  readonly name: string;
  readonly imageId: string;
  readonly present: Container | undefined;
  readonly signal: AbortSignal;
}

/** Creates the new container under another name first: if that fails, the old one is still there. */
async function replace(context: DockerContext, wanted: Wanted): Promise<string> {
  const { service, number, name, imageId, present, signal } = wanted;
  const { api } = context;
  const grants = await grantsOf(context, service);
  const request = containerRequest({
    ...context,
    service,
    number,
    name,
    imageId,
    grants,
    hash: context.hashOf(service.name),
    origin: context.originOf(service.name),
    inherited: await keptMounts(context, present, signal),
    containerOf: await namesOfOthers(context, service, signal),
  });
  const temporary =
    present === undefined ? name : `${randomBytes(6).toString('hex')}_${nameOf(present)}`;
  const id = await createContainer(context, request, { name: temporary, signal });
  try {
    const archive = archiveOf(grants.files);
    if (archive !== undefined) await putArchive(context, id, { archive, signal });
  } catch (error) {
    await removeContainer(context, id, { volumes: false, signal });
    throw error;
  }
  if (present !== undefined) {
    await removeContainer(context, present.Id, { volumes: false, signal });
    await api.call({
      method: 'POST',
      path: `/containers/${id}/rename`,
      query: { name },
      signal,
    });
  }
  return id;
}

/** Volumes without a name go over to the container that follows. */
async function keptMounts(
  { api }: DockerContext,
  present: Container | undefined,
  signal: AbortSignal,
): Promise<readonly ContainerMount[]> {
  const mounts = (present?.Mounts ?? []).filter(({ Type }) => Type === 'volume');
  const there = await Promise.all(
    mounts.map(async (mount) => {
      if (mount.Name === undefined) return [];
      try {
        await api.call({ path: `/volumes/${encodeURIComponent(mount.Name)}`, signal });
        return [mount];
      } catch (error) {
        if (error instanceof DockerError && error.status === 404) return [];
        throw error;
      }
    }),
  );
  return there.flat();
}

/** The services whose namespaces, volumes or names the containers of this one share. */
export function othersOf(
  { project }: Pick<DockerContext, 'project'>,
  service: Service,
): readonly string[] {
  const canonical = canonicalService(project, service.name);
  const modes = ['network_mode', 'ipc', 'pid'].map((key) => textOf(canonical[key]) ?? '');
  const services = [
    ...modes.filter((mode) => mode.startsWith('service:')).map((mode) => mode.slice(8)),
    ...textsOf(canonical['links']).map((link) => link.split(':', 1)[0] ?? ''),
    ...textsOf(canonical['volumes_from']).map((each) => each.split(':', 1)[0] ?? ''),
  ];
  return [...new Set(services)];
}

async function namesOfOthers(
  context: DockerContext,
  service: Service,
  signal: AbortSignal,
): Promise<(name: string) => string> {
  const found = await Promise.all(
    othersOf(context, service).map((each) => containersOf(context, each, signal)),
  );
  const ids = new Map(found.flat().map((each) => [serviceOf(each), each.Id] as const));
  return (name) => ids.get(name) ?? `${context.project.name}-${name}-1`;
}

/** Creates a container and connects it to all of its networks. */
export async function createContainer(
  { api }: DockerContext,
  { body, networking }: ContainerRequest,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<string> {
  const { Id } = await api.call<{ readonly Id: string }>({
    method: 'POST',
    path: '/containers/create',
    query: { name },
    body,
    signal,
  });
  // One network at creation: before Engine 25 no more could be given.
  for (const { network, settings } of networking.endpoints.slice(1)) {
    await api.call({
      method: 'POST',
      path: `/networks/${encodeURIComponent(network)}/connect`,
      body: { Container: Id, EndpointConfig: settings },
      signal,
    });
  }
  return Id;
}

export async function putArchive(
  { api }: DockerContext,
  id: string,
  { archive, signal }: { readonly archive: Buffer; readonly signal: AbortSignal },
): Promise<void> {
  const { Readable } = await import('node:stream');
  await api.call({
    method: 'PUT',
    path: `/containers/${id}/archive`,
    query: { path: '/', copyUIDGID: true },
    headers: { 'content-type': 'application/x-tar' },
    body: Readable.from([archive]),
    signal,
  });
}

/** Removes a container that may have gone already. */
export async function removeContainer(
  { api }: DockerContext,
  id: string,
  { volumes, signal }: { readonly volumes: boolean; readonly signal: AbortSignal },
): Promise<boolean> {
  try {
    await api.call({
      method: 'DELETE',
      path: `/containers/${id}`,
      query: { force: true, v: volumes },
      signal,
    });
    return true;
  } catch (error) {
    // Gone, or on its way.
    if (error instanceof DockerError && (error.status === 404 || error.status === 409))
      return false;
    throw error;
  }
}

/** Ends the copies of a service with that number: in order, with the grace that its container was made with. */
export async function stopReplica(
  context: DockerContext,
  { service: name, number }: { readonly service: ServiceName; readonly number: number },
  options: { readonly signal: AbortSignal; readonly emit: (event: EventBody) => void },
): Promise<boolean> {
  const { signal } = options;
  const all = await containersOf(context, name, signal);
  const running = all.filter(
    (each) =>
      numberOf(each) === number && ['running', 'paused', 'restarting'].includes(each.State.Status),
  );
  const service = context.project.services.find((each) => each.name === name);
  for (const { Id } of running) {
    context.stopped.add(Id);
    if (service !== undefined)
      await runHooks(context, { id: Id, service, kind: 'pre_stop', ...options });
    await context.api.call({ method: 'POST', path: `/containers/${Id}/stop`, signal });
  }
  return running.length > 0;
}
