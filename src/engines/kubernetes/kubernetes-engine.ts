import type {
  Cancellable,
  Emitting,
  Engine,
  ExecRequest,
  LogQuery,
  Preflight,
  RunRequest,
} from '../../engine/engine.ts';
import { systemClock } from '../../host/clock.ts';
import { waitUntil } from '../../host/wait-until.ts';
import type { EngineLimits } from '../../model/engine-limits.ts';
import { ExitCode } from '../../model/exit-code.ts';
import { RunError } from '../../model/finding.ts';
import type { LogLine } from '../../model/log-line.ts';
import type { ExitStatus, Observed } from '../../model/observed.ts';
import type { ServiceName } from '../../model/project.ts';
import type { Step } from '../../model/step.ts';
import { applyObjects } from './apply/apply-objects.ts';
import { inspect } from './apply/inspect.ts';
import { type Cluster, openCluster } from './cluster/cluster.ts';
import { failureOf } from './cluster/explain-failure.ts';
import { builtIn, Resources } from './cluster/resources.ts';
import { watchObjects } from './cluster/watch.ts';
import { execInPod, type PodStreams } from './exec-in-pod.ts';
import { followLogs, logsOf } from './merge-logs.ts';
import { idOf, type KubernetesObject } from './object.ts';
import { mainContainerOf, replicasOf, stateOf, stoppedReplicasOf } from './observe.ts';
import { FINGERPRINT, type KubernetesOptions, LABEL } from './options.ts';
import type { LogSource } from './read-pod-log.ts';
import { runOneOff } from './run-one-off.ts';
import { labelsOf, notRunning, Services } from './services.ts';
import { track } from './track/track.ts';
import type { Pod } from './track/wire.ts';

/** How long a service is given to become ready, and to be gone. */
const TIMEOUT_MS = 600_000;

/**
 * Opens the cluster that the options name, for one project. Starts nothing.
 *
 * @throws {RunError} with exit code 5 when there is no usable kubeconfig.
 */
export async function openKubernetesEngine(options: KubernetesOptions): Promise<Engine> {
  return new KubernetesEngine(await openCluster(options), options);
}

/** Services as Deployments, StatefulSets and Jobs of a cluster, which keeps their copies itself. */
class KubernetesEngine implements Engine {
  readonly name = 'kubernetes';
  readonly limits: EngineLimits;
  readonly #cluster: Cluster;
  readonly #options: KubernetesOptions;
  readonly #services: Services;
  /** Translated once, and what belongs to the project as a whole applied once. */
  #translated: Promise<readonly KubernetesObject[]> | undefined;
  #shared: Promise<boolean> | undefined;

  constructor(cluster: Cluster, options: KubernetesOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#services = new Services(cluster, options);
    const limits = { canOverlap: true, maxReplicas: Infinity, keepsCopies: true };
    this.limits = { services: new Map(options.project.services.map(({ name }) => [name, limits])) };
  }

  async preflight({ signal }: Cancellable): Promise<Preflight> {
    const objects = await this.#objects();
    const parts = { cluster: this.#cluster, resources: new Resources(this.#cluster) };
    const { refusals } = await this.#asked(signal, () =>
      inspect(parts, objects, { signal, force: true }),
    );
    const { context, server, namespace } = this.#cluster.target;
    return {
      diagnostics: [],
      findings: refusals.map(({ finding }) => finding),
      notes: [{ text: `target: context ${context} (${server}), namespace ${namespace}` }],
    };
  }

  async observe({ signal }: Cancellable): Promise<Observed> {
    return this.#asked(signal, async () => {
      const [pods, found, claims] = await Promise.all([
        this.#services.pods(signal),
        this.#services.workloads(signal),
        this.#services.claims(signal),
      ]);
      const workloads = found.map(({ object }) => object);
      const seen = { pods, workloads, nowMs: systemClock.wallMs() };
      const stopped = stoppedReplicasOf(this.#options, seen);
      return {
        replicas: [...replicasOf(this.#options, seen), ...stopped],
        volumes: claims.length === 0 ? [] : this.#options.project.volumes.map(({ name }) => name),
        artifacts: new Map(),
      };
    });
  }

  async execute(
    step: Step,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    return this.#asked(options.signal, () => this.#execute(step, options));
  }

  async #execute(
    step: Step,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const { signal } = options;
    switch (step.kind) {
      case 'create-network':
      case 'remove-network':
      case 'create-volume':
        // One network reaches every pod; claims are applied with what the service needs besides.
        return { changed: false };
      case 'prepare':
        return this.#prepare(step.service, options);
      case 'start':
        return this.#start(step, options);
      case 'release-task':
        return this.#runTask(step.service, options);
      case 'end-task':
        return { changed: await this.#endTask(step.service, signal) };
      case 'await':
        return this.#await(step.service, options);
      case 'stop':
        return this.#stop(step.service, signal);
      case 'remove':
        return this.#remove(step.service, signal);
      case 'remove-volume':
        return this.#removeVolumes(signal);
    }
  }

  /** Everything that a service needs before it starts, and what belongs to the project as a whole. */
  async #prepare(
    service: ServiceName,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const all = (await this.#objects()).filter((object) => !runs(object));
    this.#shared ??= this.#apply(
      all.filter((object) => this.#ownerOf(object) === undefined),
      options,
    );
    const shared = await this.#shared;
    const own = await this.#apply(
      all.filter((object) => this.#ownerOf(object) === service),
      options,
    );
    return { changed: shared || own };
  }

  async #start(
    { service, fingerprint, renew = false }: Extract<Step, { readonly kind: 'start' }>,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const again = await this.#services.start(service, options.signal);
    const objects = (await this.#objects())
      .filter((object) => runs(object) && !isTask(object) && this.#ownerOf(object) === service)
      .map((object) => marked(object, fingerprint));
    const changed = await this.#apply(objects, options);
    if (!changed && renew)
      await this.#services.restart(service, systemClock.wallMs(), options.signal);
    return { changed: changed || again || renew };
  }

  async #runTask(
    service: ServiceName,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const jobs = (await this.#objects()).filter(
      (object) => isTask(object) && this.#ownerOf(object) === service,
    );
    const changed = await this.#apply(jobs, options);
    const outcome = await track(this.#cluster, jobs.map(idOf), {
      ...options,
      clock: systemClock,
      timeoutMs: TIMEOUT_MS,
    });
    if (outcome.kind === 'done') return { changed };
    throw new RunError(outcome.findings, {
      exitCode: outcome.kind === 'failed' ? ExitCode.taskFailed : ExitCode.timedOut,
    });
  }

  async #endTask(service: ServiceName, signal: AbortSignal): Promise<boolean> {
    const jobs = (await this.#services.workloads(signal)).filter(
      ({ object }) => isTask(object) && this.#ownerOf(object) === service,
    );
    for (const found of jobs) await this.#services.delete(found, signal);
    return jobs.length > 0;
  }

  async #await(
    service: ServiceName,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const found = await this.#services.workloadsOf(service, options.signal);
    const ids = found.map(({ object }) => idOf(object));
    const outcome = await track(this.#cluster, ids, {
      ...options,
      // The plan's own step says that it is ready.
      emit: (event) => {
        if (event.kind !== 'object') options.emit(event);
      },
      clock: systemClock,
      timeoutMs: TIMEOUT_MS,
    });
    if (outcome.kind === 'done') return { changed: true };
    const exitCode = outcome.kind === 'failed' ? ExitCode.failed : ExitCode.timedOut;
    const findings = outcome.findings.map((finding) => ({ ...finding, service }));
    throw new RunError(findings, { exitCode });
  }

  async #stop(service: ServiceName, signal: AbortSignal): Promise<{ readonly changed: boolean }> {
    const changed = await this.#services.stop(service, signal);
    if (changed) await this.#gone(service, signal);
    return { changed };
  }

  async #remove(service: ServiceName, signal: AbortSignal): Promise<{ readonly changed: boolean }> {
    const changed = await this.#services.remove(service, signal);
    if (changed) await this.#gone(service, signal);
    const left = await this.#services.workloads(signal);
    const isLast = left.every(({ object }) => object.metadata.deletionTimestamp !== undefined);
    if (isLast) await this.#services.removeRest(signal);
    return { changed };
  }

  async #removeVolumes(signal: AbortSignal): Promise<{ readonly changed: boolean }> {
    const claims = await this.#services.claims(signal);
    for (const claim of claims) await this.#services.removeClaim(claim, signal);
    return { changed: claims.length > 0 };
  }

  async *logs(query: LogQuery, { signal }: Cancellable): AsyncIterable<LogLine> {
    const sourceOf = (pod: Pod): LogSource | undefined => this.#sourceOf(pod, query);
    const options = { ...query, signal };
    if (query.follow) {
      const { namespace } = this.#cluster.target;
      yield* followLogs(
        this.#cluster,
        { namespace, labels: labelsOf(this.#options), sourceOf },
        options,
      );
      return;
    }
    const pods = await this.#asked(signal, () => this.#services.pods(signal));
    yield* logsOf(
      this.#cluster,
      pods.flatMap((pod) => sourceOf(pod) ?? []),
      options,
    );
  }

  async exec(request: ExecRequest, { signal }: Cancellable): Promise<ExitStatus> {
    const pod = await this.#asked(signal, () => this.#runningPod(request, signal));
    const { namespace = '', name } = pod.metadata;
    const place = { namespace, pod: name, container: mainContainerOf(pod) };
    const command = withSurroundings(request);
    using streams = podStreams(request);
    return await this.#asked(signal, () =>
      execInPod(this.#cluster, place, { command, streams, signal }),
    );
  }

  async runOnce(request: RunRequest, { signal }: Cancellable & Emitting): Promise<ExitStatus> {
    const objects = (await this.#objects()).filter(
      (object) => runs(object) && !isTask(object) && this.#ownerOf(object) === request.service.name,
    );
    const { stdout } = request.streams;
    const place = { cluster: this.#cluster, write: (text: string) => void stdout.write(text) };
    return this.#asked(signal, () => runOneOff(request, { ...place, objects, signal }));
  }

  async kill({ signal }: Cancellable): Promise<void> {
    for (const { name } of this.#options.project.services) {
      await this.#services.stop(name, signal);
    }
  }

  async *watch({ signal }: Cancellable): ReturnType<Engine['watch']> {
    const { namespace } = this.#cluster.target;
    const labels = labelsOf(this.#options);
    const changes = watchObjects(this.#cluster, {
      resource: builtIn.pods,
      namespace,
      labels,
      signal,
    });
    for await (const change of changes) {
      const pods = change.kind === 'listed' ? change.objects : [change.object];
      for (const pod of pods) {
        const service = this.#ownerOf(pod);
        if (service === undefined) continue;
        const state = stateOf(pod, systemClock.wallMs());
        yield { kind: 'replica', name: pod.metadata.name, service, state };
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }

  #objects(): Promise<readonly KubernetesObject[]> {
    this.#translated ??= this.#options.translate(this.#cluster.target.namespace);
    return this.#translated;
  }

  /** True when something became other than it was. */
  async #apply(
    objects: readonly KubernetesObject[],
    { signal, emit }: Cancellable & Emitting,
  ): Promise<boolean> {
    if (objects.length === 0) return false;
    const outcome = await applyObjects(this.#cluster, objects, {
      clock: systemClock,
      signal,
      emit: (event) => {
        if (event.kind !== 'object') emit(event);
      },
      set: this.#options.instance,
      prune: false,
      // What the file says counts: it was its own before.
      force: true,
      dryRun: false,
      wait: 'nothing',
      timeoutMs: TIMEOUT_MS,
    });
    if (outcome.kind === 'refused')
      throw new RunError(outcome.refusals.map(({ finding }) => finding));
    if (outcome.kind !== 'done') throw new RunError(outcome.findings);
    return outcome.intents.some(({ kind }) => kind !== 'same');
  }

  /** The service that an object is part of; of two whose names begin alike the longer. */
  #ownerOf({ metadata }: KubernetesObject): ServiceName | undefined {
    const label = metadata.labels?.[LABEL.name];
    if (label === undefined) return undefined;
    const fits = [...this.#options.names].filter(
      ([, name]) => label === name || label.startsWith(`${name}-`),
    );
    return fits.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
  }

  #sourceOf(pod: Pod, { services, tasks = false }: LogQuery): LogSource | undefined {
    const service = this.#ownerOf(pod);
    if (service === undefined || isTask(pod) !== tasks) return undefined;
    if (services.length > 0 && !services.includes(service)) return undefined;
    const { name, namespace = '' } = pod.metadata;
    return { namespace, pod: name, container: mainContainerOf(pod), service };
  }

  async #runningPod({ service, number }: ExecRequest, signal: AbortSignal): Promise<Pod> {
    const [pods, found] = await Promise.all([
      this.#services.pods(signal),
      this.#services.workloads(signal),
    ]);
    const workloads = found.map(({ object }) => object);
    const replica = replicasOf(this.#options, { pods, workloads, nowMs: 0 }).find(
      (each) =>
        each.service === service &&
        each.state.kind === 'running' &&
        (number === undefined || each.number === number),
    );
    const pod = pods.find(({ metadata }) => metadata.name === replica?.name);
    if (pod === undefined) throw notRunning(service);
    return pod;
  }

  /** Waits until the pods of a service have ended. */
  async #gone(service: ServiceName, signal: AbortSignal): Promise<void> {
    const name = this.#options.names.get(service) ?? service;
    await waitUntil(
      async () => {
        const pods = await this.#services.pods(signal);
        return pods.every(({ metadata }) => metadata.labels?.[LABEL.name] !== name) || undefined;
      },
      {
        clock: systemClock,
        signal,
        what: `the pods of ${service} to be gone`,
        everyMs: 300,
        timeoutMs: TIMEOUT_MS,
      },
    );
  }

  /** What the cluster refuses becomes a finding. */
  async #asked<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      throw failureOf(error, this.#cluster.target);
    }
  }
}

function runs({ kind }: KubernetesObject): boolean {
  return ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod'].includes(kind);
}

function isTask({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.[LABEL.component] === 'release-task';
}

function marked(object: KubernetesObject, fingerprint: string): KubernetesObject {
  const { metadata } = object;
  const annotations = { ...metadata.annotations, [FINGERPRINT]: fingerprint };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** The cluster knows neither variables nor a folder for a command: `env` and a shell do. */
function withSurroundings({ command, environment, workingDir }: ExecRequest): readonly string[] {
  const variables = [...environment].map(([name, value]) => `${name}=${value}`);
  const inside = variables.length === 0 ? command : ['env', ...variables, ...command];
  if (workingDir === undefined) return inside;
  return ['/bin/sh', '-c', 'cd -- "$0" && exec "$@"', workingDir, ...inside];
}

/** A terminal gives every key as it is typed, until the command has ended. */
function podStreams({ streams, tty }: ExecRequest): PodStreams & Disposable {
  const { stdin, stdout, stderr, terminal } = streams;
  const isTerminal = terminal !== undefined && tty !== false;
  if (isTerminal) terminal.setRaw(true);
  return {
    stdin,
    stdout,
    stderr,
    ...(isTerminal && {
      terminal: { size: () => terminal.size(), onResize: (heard) => terminal.onResize(heard) },
    }),
    [Symbol.dispose]: () => {
      if (isTerminal) terminal.setRaw(false);
    },
  };
}
