import type { EventBody } from '../../model/event.ts';
import { RunError } from '../../model/finding.ts';
import type { Service } from '../../model/project.ts';
import type { PreStartHook } from '../../model/release-task.ts';
import { canonicalService } from './canonical-service.ts';
import type { ContainerRequest } from './container-request.ts';
import { inspectContainer } from './containers.ts';
import type { DockerContext } from './context.ts';
import { endInWords } from './end-in-words.ts';
import { followToEnd } from './follow-to-end.ts';
import { findImage, pullImage } from './images.ts';
import { listOf, type Section, sectionOf, textMapOf, textOf } from './json.ts';
import { label } from './labels.ts';
import { createOneOff } from './one-off.ts';
import { removeContainer } from './start-container.ts';
import { HOOK } from './task-containers.ts';

export interface BeforeStartOptions {
  readonly service: Service;
  /** Of the copy that is about to be started, from 1. */
  readonly number: number;
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

const LAST_LINES = 12;

/**
 * Runs the commands of `pre_start` that each copy wants run, one after the other, each in a container of its own with the
 * network and the volumes of the service.
 *
 * @throws {RunError} when one fails: the copy is not to be started then.
 */
export async function runBeforeStart(
  context: DockerContext,
  options: BeforeStartOptions,
): Promise<void> {
  const { service } = options;
  const sections = listOf(canonicalService(context.project, service.name)['pre_start']);
  for (const [index, hook] of hooksOf(service))
    await runHook(
      context,
      { ...options, hook, name: nameOf(context, options, index) },
      sectionOf(sections[index]),
    );
}

/** Removes what a killed command has left of them. */
export async function removeBeforeStart(
  context: DockerContext,
  options: Pick<BeforeStartOptions, 'service' | 'number' | 'signal'>,
): Promise<void> {
  const { service, signal } = options;
  for (const [index] of hooksOf(service))
    await removeContainer(context, nameOf(context, options, index), { volumes: true, signal });
}

/** With their places in the file. */
function hooksOf({ preStart = [] }: Service): readonly (readonly [number, PreStartHook])[] {
  return [...preStart.entries()].filter(([, { perReplica }]) => perReplica);
}

/** Given once: whoever finds one there takes it for what a killed command has left. */
function nameOf(
  { project }: DockerContext,
  { service, number }: Pick<BeforeStartOptions, 'service' | 'number'>,
  index: number,
): string {
  return `${project.name}-${service.name}-${number}-before-${index + 1}`;
}

interface Hook extends BeforeStartOptions {
  readonly hook: PreStartHook;
  readonly name: string;
}

async function runHook(context: DockerContext, asked: Hook, section: Section): Promise<void> {
  const { service, hook, name, signal, emit } = asked;
  const image = textOf(section['image']);
  if (image !== undefined && (await findImage(context, image, signal)) === undefined)
    await pullImage(context, image, { service, signal, emit });
  await removeContainer(context, name, { volumes: true, signal });
  const id = await createOneOff(context, {
    service: { ...service, command: hook.command, entrypoint: [] },
    name,
    signal,
    change: (request) => hookRequest(context, request, { ...asked, section, image }),
  });
  try {
    await context.api.call({ method: 'POST', path: `/containers/${id}/start`, signal });
    await untilSuccess(context, id, asked);
  } finally {
    const late = AbortSignal.timeout(30_000);
    await removeContainer(context, id, { volumes: true, signal: late });
  }
}

function hookRequest(
  { project, version }: DockerContext,
  { body, networking }: ContainerRequest,
  {
    service,
    section,
    image,
  }: Hook & { readonly section: Section; readonly image: string | undefined },
): ContainerRequest {
  const { Hostname: _, Domainname: _d, Env, HostConfig, ...rest } = body;
  const user = textOf(section['user']);
  const folder = textOf(section['working_dir']);
  const own = Object.entries(textMapOf(section['environment'])).map(
    ([key, value]) => `${key}=${value}`,
  );
  const host = typeof HostConfig === 'object' ? HostConfig : {};
  const isPrivileged = section['privileged'] === true;
  return {
    networking,
    body: {
      ...rest,
      ...(image !== undefined && { Image: image }),
      ...(user !== undefined && { User: user }),
      ...(folder !== undefined && { WorkingDir: folder }),
      Env: [...(Array.isArray(Env) ? Env : []), ...own],
      HostConfig: { ...host, ...(isPrivileged && { Privileged: true }) },
      Labels: {
        [label.project]: project.name,
        [label.service]: service.name,
        [label.hook]: HOOK,
        [label.version]: version,
      },
      Tty: false,
      OpenStdin: false,
    },
  };
}

async function untilSuccess(
  context: DockerContext,
  id: string,
  { service, number, hook, emit, signal }: Hook,
): Promise<void> {
  const container = await inspectContainer(context, id, signal);
  const lines: string[] = [];
  const show = (text: string): void => {
    lines.push(text);
    emit({ kind: 'output', service: service.name, text });
  };
  const ended = async (limited: AbortSignal): Promise<void> =>
    context.api.call({ method: 'POST', path: `/containers/${id}/wait`, signal: limited });
  const after =
    container === undefined
      ? undefined
      : await followToEnd(context, container, { show, ended, signal });
  if (after?.State.ExitCode === 0) return;
  const how = after === undefined ? 'was removed while it ran' : endInWords(after.State);
  throw new RunError([
    {
      code: 'docker/hook-failed',
      service: service.name,
      cause: `the pre_start command of ${service.name}, copy ${number}, ${how}: ${hook.command.join(' ')}`,
      proof: lines.filter((line) => line.trim() !== '').slice(-LAST_LINES),
      at: hook.at,
    },
  ]);
}
