import { setTimeout as pause } from 'node:timers/promises';

import { tellWhile } from '../../host/tell-while.ts';
import type { EventBody } from '../../model/event.ts';
import { type Finding, RunError } from '../../model/finding.ts';
import type { Service } from '../../model/project.ts';
import { type AwaitCondition, stepIdOf } from '../../model/step.ts';
import { containersOf, inspectContainer, nameOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { endInWords } from './end-in-words.ts';
import { explainExit } from './explain-exit.ts';
import { answersOnPort } from './answers-on-port.ts';
import { asksItsSocket, probe } from './probe.ts';
import type { Container } from './shapes.ts';

export interface AwaitOptions {
  readonly service: Service;
  readonly condition: AwaitCondition;
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

type Look =
  | { readonly kind: 'met' }
  | { readonly kind: 'pending'; readonly because: string }
  | { readonly kind: 'failed'; readonly finding: Omit<Finding, 'service'> };

/** Milliseconds between two looks: the first, and the longest. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
/** Milliseconds that a program has to run to count as started, where nothing else says that it is ready. */
const FIRST_MOMENTS_MS = 500;
/** As many tries as it takes to tell a crash from waiting for something that is not up yet. */
const ENOUGH_RESTARTS = 3;
/** Milliseconds for a published port to answer, where nothing else says that a service is ready. */
const PORT_PATIENCE_MS = 60_000;

/**
 * Waits until `condition` is true of every copy of a service, by bowline's own probes: at once and often, not after the
 * interval of the engine's healthcheck. Gives false when it was true already.
 *
 * @throws {RunError} when it will not come to it.
 */
export async function awaitCondition(
  context: DockerContext,
  options: AwaitOptions,
): Promise<boolean> {
  const { service, condition, signal, emit } = options;
  const step = stepIdOf({ kind: 'await', service: service.name, condition, required: true });
  let because = 'it is being started';
  const onPending = (text: string): void => {
    because = text;
  };
  const tell = (forMs: number): void => emit({ kind: 'waiting', step, because, forMs });
  try {
    return await tellWhile(tell, async () => {
      const containers = await containersOf(context, service.name, signal);
      const waits = containers.map((each) => awaitOne(context, each, { ...options, onPending }));
      return (await Promise.all(waits)).some(Boolean);
    });
  } catch (error) {
    signal.throwIfAborted();
    throw await explainExit(context, error, { service, signal });
  }
}

async function awaitOne(
  context: DockerContext,
  container: Container,
  {
    service,
    condition,
    signal,
    onPending,
  }: AwaitOptions & { readonly onPending: (because: string) => void },
): Promise<boolean> {
  const beganMs = performance.now();
  let pauseMs = FIRST_PAUSE_MS;
  let now: Container | undefined = container;
  for (let waited = false; ; waited = true) {
    const waitedMs = performance.now() - beganMs;
    const look = await lookAt(context, now, { condition, service, signal, waitedMs });
    if (look.kind === 'met') return waited;
    if (look.kind === 'failed') throw new RunError([{ ...look.finding, service: service.name }]);
    onPending(look.because);
    const isWaitedFor = condition === 'service_completed_successfully';
    // An engine that says too early that it has ended must not be asked again at once.
    if (waited || !isWaitedFor) await pause(pauseMs, undefined, { signal });
    if (isWaitedFor) await untilExit(context, container.Id, signal);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5);
    now = await inspectContainer(context, container.Id, signal);
  }
}

/** The engine answers when the container has ended. */
async function untilExit({ api }: DockerContext, id: string, signal: AbortSignal): Promise<void> {
  await api.call({ method: 'POST', path: `/containers/${id}/wait`, signal });
}

interface Looking {
  readonly condition: AwaitCondition;
  readonly service: Service;
  readonly signal: AbortSignal;
  readonly waitedMs: number;
}

async function lookAt(
  context: DockerContext,
  container: Container | undefined,
  looking: Looking,
): Promise<Look> {
  const { condition, service } = looking;
  if (container === undefined) {
    return failed(
      'docker/gone',
      `the container of ${service.name} was removed while it was waited for`,
    );
  }
  const { State, RestartCount } = container;
  switch (State.Status) {
    case 'created':
      return { kind: 'pending', because: 'it is being started' };
    case 'restarting':
      return RestartCount >= ENOUGH_RESTARTS
        ? failed(
            'docker/crash-loop',
            `${service.name} ${endInWords(State)} again and again, ${RestartCount} times so far`,
          )
        : { kind: 'pending', because: `it ${endInWords(State)} and is started again` };
    case 'running':
    case 'paused':
      if (condition === 'service_started') return { kind: 'met' };
      if (condition === 'service_completed_successfully')
        return { kind: 'pending', because: 'it has not ended yet' };
      return RestartCount >= ENOUGH_RESTARTS && !outlived(container)
        ? failed(
            'docker/crash-loop',
            `${service.name} ends again and again, ${RestartCount} times so far`,
          )
        : lookAtHealth(context, container, looking);
    default:
      return lookAtEnd(container, looking);
  }
}

function lookAtEnd({ State }: Container, { condition, service }: Looking): Look {
  if (condition === 'service_started') return { kind: 'met' };
  const succeeded = State.ExitCode === 0;
  if (condition === 'service_completed_successfully') {
    return succeeded
      ? { kind: 'met' }
      : failed('task/failed', `${service.name} did not complete: it ${endInWords(State)}`);
  }
  if (condition === 'ready' && succeeded) return { kind: 'met' };
  return failed('docker/exited', `${service.name} ${endInWords(State)}`);
}

async function lookAtHealth(
  context: DockerContext,
  container: Container,
  { condition, service, signal, waitedMs }: Looking,
): Promise<Look> {
  const { State, Id, Config } = container;
  const test = Config.Healthcheck?.Test ?? [];
  if (test.length === 0 || test[0] === 'NONE') {
    if (condition === 'service_healthy')
      return failed(
        'docker/no-healthcheck',
        `${service.name} is to be waited for until it is healthy, but neither the file nor its image has a healthcheck`,
      );
    return lookAtFirstMoments(context, container, { waitedMs, signal });
  }
  // The engine runs the check as it is written.
  const isHealthy = State.Health?.Status === 'healthy' && !asksItsSocket(container);
  if (isHealthy || context.ready.has(Id, State.StartedAt)) return { kind: 'met' };
  const answer = await probe(context, container, signal);
  if (answer.kind === 'healthy') {
    await context.ready.add(Id, State.StartedAt);
    return { kind: 'met' };
  }
  if (State.Health?.Status === 'unhealthy') {
    const proof = answer.output.trim().split('\n').slice(-LAST_LINES);
    return failed(
      'docker/unhealthy',
      `${nameOf(container)} runs, but its healthcheck fails`,
      proof,
    );
  }
  return {
    kind: 'pending',
    because: answer.output.trim().split('\n').at(-1) || 'its healthcheck has not passed yet',
  };
}

const LAST_LINES = 12;

async function lookAtFirstMoments(
  context: DockerContext,
  container: Container,
  { waitedMs, signal }: { readonly waitedMs: number; readonly signal: AbortSignal },
): Promise<Look> {
  if (waitedMs < PORT_PATIENCE_MS && !(await answersOnPort(context, container, signal)))
    return { kind: 'pending', because: 'its published port does not answer yet' };
  return outlived(container)
    ? { kind: 'met' }
    : { kind: 'pending', because: 'it was started a moment ago' };
}

/** A mistake in its first lines ends a program at once. */
function outlived({ State }: Container): boolean {
  const ageMs = Date.now() - Date.parse(State.StartedAt);
  // The engine's clock may be another.
  return ageMs < 0 || ageMs >= FIRST_MOMENTS_MS;
}

function failed(
  code: Finding['code'],
  cause: string,
  proof?: readonly string[],
): Extract<Look, { readonly kind: 'failed' }> {
  return { kind: 'failed', finding: { code, cause, ...(proof !== undefined && { proof }) } };
}
