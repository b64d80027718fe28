import { randomBytes } from 'node:crypto';

import type { RunRequest } from '../../engine/engine.ts';
import type { ExitStatus } from '../../model/observed.ts';
import type { Service } from '../../model/project.ts';
import { passThrough } from './attached.ts';
import { imageNameOf } from './container-request.ts';
import type { DockerContext } from './context.ts';
import { explainRefusal } from './failures.ts';
import { label } from './labels.ts';
import { createOneOff, type OneOff } from './one-off.ts';
import { removeContainer } from './start-container.ts';

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
    id = await createOneOff(context, { ...oneOffOf(context, request, tty), signal });
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

function oneOffOf(
  { project }: DockerContext,
  { service: asked, command, environment, workingDir }: RunRequest,
  tty: boolean,
): Omit<OneOff, 'signal'> {
  const service: Service = {
    ...asked,
    environment: new Map([
      ...asked.environment,
      ...[...environment].map(([name, value]) => [name, { value }] as const),
    ]),
    ...(command !== undefined && { command }),
    ...(workingDir !== undefined && { workingDir }),
  };
  const slug = randomBytes(6).toString('hex');
  return {
    service,
    name: `${project.name}-${service.name}-run-${slug}`,
    change: ({ body, networking }) => ({
      networking,
      body: {
        ...body,
        ...(workingDir !== undefined && { WorkingDir: workingDir }),
        Labels: oneOffLabels(body['Labels'], slug),
        Tty: tty,
        ...WITH_INPUT,
      },
    }),
  };
}
