import { randomBytes } from 'node:crypto';

import type { RunRequest } from '../../engine/engine.ts';
import type { ExitStatus } from '../../model/observed.ts';
import type { Service } from '../../model/project.ts';
import { passThrough } from './attached.ts';
import { containerRequest, imageNameOf } from './container-request.ts';
import { listContainers, serviceOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { explainRefusal } from './failures.ts';
import { archiveOf, grantsOf } from './grants.ts';
import { findImage } from './images.ts';
import { label } from './labels.ts';
import { createContainer, putArchive, removeContainer } from './start-container.ts';

/** Runs a container of a service once, with our input and outputs; it is removed when it has ended. */
export async function runOnce(
  context: DockerContext,
  request: RunRequest,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const { service, streams } = request;
  const { api } = context;
  const tty = request.tty ?? streams.terminal !== undefined;
  let id: string | undefined;
  try {
    id = await create(context, request, { tty, signal });
    const connection = await api.open({
      method: 'POST',
      path: `/containers/${id}/attach`,
      query: { stream: true, stdin: true, stdout: true, stderr: true },
      signal,
    });
    const container = id;
    const ended = api.call<{ readonly StatusCode: number }>({
      method: 'POST',
      path: `/containers/${id}/wait`,
      query: { condition: 'next-exit' },
      signal,
    });
    // Without a listener, a failure before it is awaited would end the program.
    ended.catch(() => {});
    await api.call({ method: 'POST', path: `/containers/${id}/start`, signal });
    const resize = (w: number, h: number): void => {
      api
        .call({ method: 'POST', path: `/containers/${container}/resize`, query: { w, h }, signal })
        .catch(() => {});
    };
    await passThrough(connection, { streams, tty, resize, signal });
    return { kind: 'code', code: (await ended).StatusCode };
  } catch (error) {
    signal.throwIfAborted();
    throw explainRefusal(error, {
      service: service.name,
      doing: `run ${service.name}`,
      image: imageNameOf(context.project, service),
    });
  } finally {
    if (id !== undefined)
      await removeContainer(context, id, { volumes: true, signal: AbortSignal.timeout(30_000) });
  }
}

const WITH_INPUT = { OpenStdin: true, StdinOnce: true, AttachStdin: true };

function oneOffLabels(labels: unknown, slug: string): Readonly<Record<string, unknown>> {
  const all = Object.entries(typeof labels === 'object' && labels !== null ? labels : {});
  return {
    ...Object.fromEntries(all.filter(([name]) => name !== label.number)),
    [label.oneOff]: 'True',
    [label.slug]: slug,
  };
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

async function create(
  context: DockerContext,
  { service: asked, command, environment, workingDir }: RunRequest,
  { tty, signal }: { readonly tty: boolean; readonly signal: AbortSignal },
): Promise<string> {
  const { project, hashOf, originOf } = context;
  const service: Service = {
    ...asked,
    ports: [],
    restart: { kind: 'no' },
    environment: new Map([
      ...asked.environment,
      ...[...environment].map(([name, value]) => [name, { value }] as const),
    ]),
    ...(command !== undefined && { command }),
    ...(workingDir !== undefined && { workingDir }),
  };
  const slug = randomBytes(6).toString('hex');
  const name = `${project.name}-${service.name}-run-${slug}`;
  const image = await findImage(context, imageNameOf(project, service), signal);
  const grants = await grantsOf(context, service);
  const { body, networking } = containerRequest({
    ...context,
    service,
    number: 1,
    name,
    imageId: image?.Id ?? '',
    hash: hashOf(service.name),
    origin: originOf(service.name),
    grants,
    inherited: [],
    containerOf: await idsOfOthers(context, signal),
  });
  const oneOff = {
    ...body,
    ...(workingDir !== undefined && { WorkingDir: workingDir }),
    Labels: oneOffLabels(body['Labels'], slug),
    Tty: tty,
    ...WITH_INPUT,
    Healthcheck: { Test: ['NONE'] },
  };
  const id = await createContainer(context, { body: oneOff, networking }, { name, signal });
  const archive = archiveOf(grants.files);
  if (archive !== undefined) await putArchive(context, id, { archive, signal });
  return id;
}
