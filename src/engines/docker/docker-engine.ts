import type {
  Cancellable,
  Emitting,
  Engine,
  ExecRequest,
  LogQuery,
  Preflight,
  RunRequest,
} from '../../engine/engine.ts';
import type { Lease } from '../../engine/lease.ts';
import type { ContainerTools } from '../../engine/container-tools.ts';
import { trustExtraCertificates } from '../../host/extra-certificates.ts';
import { isSecured } from '../../host/http-endpoint.ts';
import type { EngineLimits, ServiceLimits } from '../../model/engine-limits.ts';
import { RunError } from '../../model/finding.ts';
import { leavesOf } from '../../model/leaves.ts';
import type { LogLine } from '../../model/log-line.ts';
import type { ObservedVolume } from '../../model/observed-volume.ts';
import type { Comparison, ExitStatus, Observed } from '../../model/observed.ts';
import type { Service, ServiceName } from '../../model/project.ts';
import { serviceNamed } from '../../model/service-named.ts';
import { serviceHash } from '../../model/service-hash.ts';
import type { Plan, Step } from '../../model/step.ts';
import { createDockerApi } from './api.ts';
import { awaitCondition } from './await-condition.ts';
import { removeBeforeStart, runBeforeStart } from './before-start.ts';
import { containerTools } from './container-tools.ts';
import { containersOf, listContainers, numberOf } from './containers.ts';
import { ContainersAhead } from './containers-ahead.ts';
import type { DockerContext, DockerOptions } from './context.ts';
import { findEndpoint } from './endpoint.ts';
import { endTask } from './end-task.ts';
import { exec } from './exec.ts';
import { readLogs } from './logs.ts';
import { observe } from './observe.ts';
import { observeVolumes } from './observe-volumes.ts';
import { preflight } from './preflight.ts';
import { prepareImage } from './prepare.ts';
import { openReadyRecord } from './ready-record.ts';
import { createNetwork, createVolume, removeNetwork, removeVolume } from './resources.ts';
import { runOnce } from './run-once.ts';
import { runReleaseTask } from './run-release-task.ts';
import { removeContainer, startReplica, stopReplica } from './start-container.ts';
import { taskContainers } from './task-containers.ts';
import { volumeLease } from './volume-lease.ts';
import { watch } from './watch.ts';

/**
 * Opens the engine for one project. Starts nothing, and does not ask it anything yet.
 *
 * @throws {RunError} when there is no address of an engine.
 */
export function openDockerEngine(options: DockerOptions): Engine {
  return new DockerEngine(dockerContext(options));
}

/** @throws {RunError} when there is no address of an engine. */
export function dockerContext(options: DockerOptions): DockerContext {
  const { project, directories, programs, target } = options;
  const found = findEndpoint(options, target?.context);
  if (found.kind !== 'found') {
    const cause =
      found.kind === 'none'
        ? 'there is no socket of an engine here'
        : `${found.from}: ${found.why}`;
    throw new RunError(
      [
        {
          code: 'docker/unreachable',
          cause,
          fix: [
            'Start Docker or Podman, or use --engine native; bowline engines shows what there is.',
          ],
        },
      ],
      { exitCode: 5 },
    );
  }
  if (isSecured(found.endpoint)) trustExtraCertificates(options.environment);
  const hashes = new Map<ServiceName, string | undefined>();
  return {
    api: createDockerApi(found.endpoint, found.from),
    project,
    surroundings: options,
    directories,
    version: `bowline ${programs.version}`,
    isLocal: found.endpoint.kind === 'unix',
    originOf: leavesOf(project),
    hashOf: (service) => {
      if (!hashes.has(service)) hashes.set(service, serviceHash(project, service));
      return hashes.get(service);
    },
    stopped: new Set(),
    images: new Map(),
    ready: openReadyRecord(directories.state),
  };
}

/** Services as containers of Docker or Podman. */
class DockerEngine implements Engine {
  readonly name = 'docker';
  readonly limits: EngineLimits;
  readonly lease: Lease;
  readonly containers: ContainerTools;
  readonly #context: DockerContext;
  readonly #ahead: ContainersAhead;
  /** By image: services that share one fetch it once. */
  readonly #prepared = new Map<string, Promise<boolean>>();

  constructor(context: DockerContext) {
    this.#context = context;
    this.#ahead = new ContainersAhead(context);
    this.limits = limitsOf(context);
    this.lease = volumeLease(context);
    this.containers = containerTools(context);
  }

  preflight({
    services,
    signal,
  }: Cancellable & { readonly services: readonly ServiceName[] }): Promise<Preflight> {
    return preflight(
      this.#context,
      services.map((name) => serviceNamed(this.#context.project, name)),
      signal,
    );
  }

  async compare(options: Cancellable): Promise<Comparison> {
    return { ...(await this.observe(options)), artifacts: new Map() };
  }

  observe({ signal }: Cancellable): Promise<Observed> {
    return observe(this.#context, signal);
  }

  volumes(options: Cancellable & { readonly count: boolean }): Promise<readonly ObservedVolume[]> {
    return observeVolumes(this.#context, options);
  }

  foresee(plan: Plan): void {
    this.#ahead.foresee(plan);
  }

  async execute(
    step: Step,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    return { changed: await this.#execute(step, options) };
  }

  async #execute(step: Step, options: Cancellable & Emitting): Promise<boolean> {
    const context = this.#context;
    switch (step.kind) {
      case 'create-network':
        return createNetwork(context, step.network, options);
      case 'remove-network':
        return removeNetwork(context, step.network, options);
      case 'prune':
        return false;
      case 'create-volume':
        return createVolume(context, step.volume, options);
      case 'remove-volume':
        return removeVolume(context, step.volume, options);
      case 'prepare':
        return this.#prepare(serviceNamed(this.#context.project, step.service), {
          ...options,
          force: step.force,
        });
      case 'start':
        return this.#start(step, options);
      case 'release-task':
        return this.#releaseTask(step, options);
      case 'end-task':
        return endTask(context, step, options.signal);
      case 'await':
        this.#ahead.begin();
        return awaitCondition(context, {
          ...options,
          ...step,
          service: serviceNamed(this.#context.project, step.service),
        });
      case 'stop':
        return stopReplica(context, step, options);
      case 'remove':
        return this.#remove(step, options.signal);
    }
  }

  async #start(
    step: Extract<Step, { readonly kind: 'start' }>,
    options: Cancellable & Emitting,
  ): Promise<boolean> {
    const { service: name, number, renew = false } = step;
    const service = serviceNamed(this.#context.project, name);
    const beforeFirst = (): Promise<void> =>
      runBeforeStart(this.#context, { ...options, service, number });
    await this.#ahead.settled(step);
    return startReplica(this.#context, service, { ...options, number, renew, beforeFirst });
  }

  async #prepare(
    service: Service,
    options: Cancellable & Emitting & { readonly force: boolean },
  ): Promise<boolean> {
    const key = JSON.stringify([service.image, service.build?.context, service.build?.target]);
    const shared = service.image === undefined ? undefined : this.#prepared.get(key);
    const preparing = shared ?? prepareImage(this.#context, service, options);
    this.#prepared.set(key, preparing);
    const changed = await preparing;
    this.#ahead.prepared(service.name);
    return changed;
  }

  async #releaseTask(
    step: Extract<Step, { readonly kind: 'release-task' }>,
    options: Cancellable & Emitting,
  ): Promise<boolean> {
    const service = serviceNamed(this.#context.project, step.service);
    const { releaseTask: task } = service;
    return task !== undefined && runReleaseTask(this.#context, { ...options, step, service, task });
  }

  async #remove(
    { service, number, volumes = false }: Extract<Step, { readonly kind: 'remove' }>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const all = await containersOf(this.#context, service, signal);
    const written = this.#context.project.services.find(({ name }) => name === service);
    if (written !== undefined)
      await removeBeforeStart(this.#context, { service: written, number, signal });
    const gone = await Promise.all(
      all
        .filter((each) => numberOf(each) === number)
        .map(({ Id }) => removeContainer(this.#context, Id, { volumes, signal })),
    );
    return gone.some(Boolean);
  }

  logs(query: LogQuery, { signal }: Cancellable): AsyncIterable<LogLine> {
    return readLogs(this.#context, query, signal);
  }

  exec(request: ExecRequest, { signal }: Cancellable): Promise<ExitStatus> {
    return exec(this.#context, request, signal);
  }

  runOnce(request: RunRequest, { signal }: Cancellable & Emitting): Promise<ExitStatus> {
    return runOnce(this.#context, request, signal);
  }

  async kill({ signal }: Cancellable): Promise<void> {
    const [copies, tasks] = await Promise.all([
      listContainers(this.#context, signal),
      taskContainers(this.#context, signal),
    ]);
    const { api, stopped } = this.#context;
    await Promise.all(
      [...copies, ...tasks]
        .filter(({ State }) => State.Status === 'running' || State.Status === 'restarting')
        .map(async ({ Id }) => {
          stopped.add(Id);
          await api.call({ method: 'POST', path: `/containers/${Id}/kill`, signal });
        }),
    );
  }

  watch({ signal }: Cancellable): ReturnType<Engine['watch']> {
    return watch(this.#context, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ahead.close();
  }
}

/** A name or a port of the machine belongs to one container at a time. */
function limitsOf({ project }: DockerContext): EngineLimits {
  return {
    services: new Map(
      project.services.map((service): [ServiceName, ServiceLimits] => {
        const fixed = service.ports.find(({ published }) => /^\d+$/.test(published ?? ''));
        if (service.containerName === undefined && fixed === undefined)
          return [service.name, { canOverlap: true, maxReplicas: Infinity }];
        const reason =
          fixed === undefined
            ? `container_name gives it a name of its own`
            : `port ${fixed.published ?? ''} of the machine belongs to one container`;
        return [
          service.name,
          { canOverlap: false, maxReplicas: 1, reason, at: fixed?.at ?? service.at },
        ];
      }),
    ),
  };
}
