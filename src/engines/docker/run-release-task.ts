import { releaseTaskFailed } from '../../diagnose/release-task-failed.ts';
import { tellWhile } from '../../host/tell-while.ts';
import type { EventBody } from '../../model/event.ts';
import { type Finding, RunError } from '../../model/finding.ts';
import type { Service } from '../../model/project.ts';
import type { ReleaseTask } from '../../model/release-task.ts';
import { type Step, stepIdOf } from '../../model/step.ts';
import { DockerError } from './api.ts';
import { imageNameOf } from './container-request.ts';
import { containersOf, inspectContainer } from './containers.ts';
import type { DockerContext } from './context.ts';
import { endInWords } from './end-in-words.ts';
import { explainRefusal } from './failures.ts';
import { followToEnd } from './follow-to-end.ts';
import { findImage } from './images.ts';
import { createOneOff } from './one-off.ts';
import type { Container } from './shapes.ts';
import { removeContainer } from './start-container.ts';
import {
  isUnderWay,
  taskContainers,
  taskFingerprintOf,
  taskNameOf,
  taskNumberOf,
} from './task-containers.ts';
import { taskRequest } from './task-request.ts';

export interface ReleaseTaskOptions {
  readonly step: Extract<Step, { readonly kind: 'release-task' }>;
  readonly service: Service;
  readonly task: ReleaseTask;
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

/** Runs of one task that are kept, the last one included: what they wrote may be asked for. */
const KEPT = 3;

/**
 * Runs a release task in a container of its own: it goes on when this command dies, and the engine keeps how it ended
 * and what it wrote. One that an earlier command has started is waited for and not started twice.
 *
 * @throws {RunError} when it fails.
 */
export async function runReleaseTask(
  context: DockerContext,
  asked: ReleaseTaskOptions,
): Promise<boolean> {
  const { service, step, signal } = asked;
  try {
    const before = await taskContainers(context, signal, service.name);
    const image = await findImage(context, imageNameOf(context.project, service), signal);
    const running = before.find(isUnderWay);
    const isSame =
      running !== undefined && taskFingerprintOf(running, image?.Id) === step.fingerprint;
    if (running !== undefined && !isSame) await untilEnd(context, running.Id, asked);
    const container = isSame ? running : await start(context, before, asked);
    await Promise.all(before.slice(KEPT - 1).map((each) => remove(context, each)));
    await showUntilEnd(context, container, asked);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    throw explainRefusal(error, {
      service: service.name,
      doing: `run the release task of ${service.name}`,
      image: imageNameOf(context.project, service),
    });
  }
}

function remove(context: DockerContext, { Id }: Container): Promise<boolean> {
  return removeContainer(context, Id, { volumes: true, signal: AbortSignal.timeout(30_000) });
}

/** The number in its name is given once: two who come to the same number do not both run it. */
async function start(
  context: DockerContext,
  before: readonly Container[],
  { service, task, step, signal }: ReleaseTaskOptions,
): Promise<Container> {
  const { project, api } = context;
  // Whoever created it has died before it began.
  for (const each of before) if (each.State.Status === 'created') await remove(context, each);
  const number = Math.max(0, ...before.map(taskNumberOf)) + 1;
  const name = taskNameOf(project.name, service.name, number);
  const copies = task.strategy === 'exec' ? await containersOf(context, service.name, signal) : [];
  const beside = copies.find(({ State }) => State.Status === 'running');
  const id = await createOneOff(context, {
    service: { ...service, ...commandOf(task) },
    name,
    signal,
    change: (request) =>
      taskRequest(request, { ...context, service, number, fingerprint: step.fingerprint, beside }),
  });
  try {
    await api.call({ method: 'POST', path: `/containers/${id}/start`, signal });
  } catch (error) {
    await removeContainer(context, id, { volumes: true, signal: AbortSignal.timeout(30_000) });
    throw error instanceof DockerError ? cannotStart(error, { service, task }) : error;
  }
  const container = await inspectContainer(context, id, signal);
  if (container === undefined) throw new RunError([goneOf(service)]);
  return container;
}

function commandOf({ command, entrypoint }: ReleaseTask): Pick<Service, 'command' | 'entrypoint'> {
  return { command, ...(entrypoint !== undefined && { entrypoint }) };
}

/** A program that is not there is told of when the container is started. */
function cannotStart(
  error: DockerError,
  { service, task }: Pick<ReleaseTaskOptions, 'service' | 'task'>,
): unknown {
  const doing = `run the release task of ${service.name}`;
  const explained = explainRefusal(error, { service: service.name, doing });
  if (!(explained instanceof RunError)) return explained;
  const findings = explained.findings.map((finding): Finding => ({
    ...finding,
    code: 'task/failed',
    cause: `the release task of ${service.name} could not be started: ${finding.cause}`,
    at: task.at,
  }));
  return new RunError(findings, { cause: error });
}

/** Shows what it writes. @throws {RunError} unless it succeeds. */
async function showUntilEnd(
  context: DockerContext,
  container: Container,
  asked: ReleaseTaskOptions,
): Promise<void> {
  const { service, task, emit, signal } = asked;
  const lines: string[] = [];
  const show = (text: string): void => {
    lines.push(text);
    emit({ kind: 'output', service: service.name, text });
  };
  const patience = AbortSignal.timeout(Math.min(task.timeoutMs, 0x7fff_ffff));
  const either = AbortSignal.any([signal, patience]);
  const fail = (how: Parameters<typeof releaseTaskFailed>[0]['how']): never => {
    throw new RunError([releaseTaskFailed({ service: service.name, task, how, lines })]);
  };
  let ended: Container | undefined;
  try {
    ended = await followToEnd(context, container, {
      show,
      signal: either,
      ended: (limited) => untilEnd(context, container.Id, { ...asked, signal: limited }),
    });
  } catch (error) {
    if (!patience.aborted || signal.aborted) throw error;
    await context.api.call({ method: 'POST', path: `/containers/${container.Id}/stop`, signal });
    fail({ kind: 'too-late' });
  }
  if (ended === undefined) throw new RunError([goneOf(service)]);
  // From now on somebody has seen it: see `taskStateOf`.
  await context.ready.add(ended.Id, ended.State.StartedAt);
  if (ended.State.ExitCode !== 0) fail(endInWords(ended.State));
}

function goneOf({ name, at }: Service): Finding {
  const cause = `the release task of ${name} was removed while it ran`;
  return { code: 'task/unknown-outcome', service: name, cause, at };
}

/** The engine answers when the container has ended. */
async function untilEnd(
  { api }: DockerContext,
  id: string,
  { step, emit, signal }: Pick<ReleaseTaskOptions, 'step' | 'emit' | 'signal'>,
): Promise<void> {
  await tellWhile(
    (forMs) =>
      emit({ kind: 'waiting', step: stepIdOf(step), because: 'it has not ended yet', forMs }),
    () => api.call({ method: 'POST', path: `/containers/${id}/wait`, signal }),
  );
}
