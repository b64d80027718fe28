import type { Connection, ConnectRequest, ServiceAddress } from '../../engine/connection.ts';
import type {
  Cancellable,
  Emitting,
  Engine,
  ExecRequest,
  LogQuery,
  Preflight,
  RunRequest,
  ServiceFinding,
} from '../../engine/engine.ts';
import type { Lease } from '../../engine/lease.ts';
import { systemClock } from '../../host/clock.ts';
import { ComposeError } from '../../model/diagnostic.ts';
import type { EngineLimits } from '../../model/engine-limits.ts';
import { ExitCode } from '../../model/exit-code.ts';
import { RunError } from '../../model/finding.ts';
import type { LogLine } from '../../model/log-line.ts';
import type { ObservedVolume } from '../../model/observed-volume.ts';
import type { Comparison, ExitStatus, Observed } from '../../model/observed.ts';
import type { ServiceName } from '../../model/project.ts';
import type { Step } from '../../model/step.ts';
import { addressesOf } from './addresses.ts';
import { refused } from './apply/refusal.ts';
import { type Cluster, openCluster } from './cluster/cluster.ts';
import { failureOf } from './cluster/explain-failure.ts';
import { builtIn } from './cluster/resources.ts';
import { watchObjects } from './cluster/watch.ts';
import { ClusterLease } from './lease/cluster-lease.ts';
import { connectToPod } from './connect-to-pod.ts';
import { errorInFile } from './explain-in-file.ts';
import type { KubernetesObject } from './object.ts';
import { execInPod } from './exec-in-pod.ts';
import { podStreams, withSurroundings } from './exec-request.ts';
import { findTroubles } from './find-troubles.ts';
import { mainContainerOf, stateOf } from './observe.ts';
import { compareProject, observeProject } from './observe-project.ts';
import { observeVolumes } from './observe-volumes.ts';
import { onCluster, type OnCluster } from './on-cluster.ts';
import type { KubernetesOptions } from './options.ts';
import { projectLogs } from './project-logs.ts';
import { runOneOff } from './run-one-off.ts';
import { notReady, podToConnect } from './pod-to-connect.ts';
import { labelsOf, notRunning, type Services } from './services.ts';
import { Steps } from './steps.ts';
import { ownerByName, runningPods } from './running-pods.ts';
import { podTools } from './tools/pod-tools.ts';
import { isTask, ownerOf, runs } from './parts.ts';
import type { Pod } from './track/wire.ts';

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
  readonly lease: Lease;
  readonly containers: ReturnType<typeof podTools>;
  readonly #ownLease: ClusterLease;
  readonly #cluster: Cluster;
  readonly #options: KubernetesOptions;
  readonly #parts: OnCluster;
  readonly #services: Services;
  readonly #steps: Steps;

  constructor(cluster: Cluster, options: KubernetesOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#parts = onCluster(cluster, options);
    this.#services = this.#parts.services;
    this.#steps = new Steps(this.#parts);
    this.#ownLease = new ClusterLease(cluster, {
      clock: systemClock,
      name: options.instance,
      makeNamespace: (signal) => this.#steps.makeNamespace(signal),
    });
    this.lease = {
      pollMs: this.#ownLease.pollMs,
      take: (command, cancellable) =>
        this.#asked(cancellable.signal, () => this.#ownLease.take(command, cancellable)),
    };
    this.containers = podTools({
      cluster,
      running: async (signal) => runningPods(options, await this.#services.pods(signal)),
      podOf: (copy, signal) => this.#runningPod(copy, signal),
      ownerOf: ({ name }) => ownerByName(options, name),
      asked: (signal, ask) => this.#asked(signal, ask),
    });
    const limits = { canOverlap: true, maxReplicas: Infinity, keepsCopies: true };
    const services = new Map(options.project.services.map(({ name }) => [name, limits]));
    this.limits = { services, keepsPreviousLogs: true };
  }

  async preflight({
    services,
    signal,
  }: Cancellable & { readonly services: readonly ServiceName[] }): Promise<Preflight> {
    const { diagnostics } = await this.#asked(signal, () => this.#steps.translated(signal));
    const refusals = await this.#asked(signal, () => this.#steps.rehearse(services, signal));
    if (refusals.length > 0) throw errorInFile(refused(refusals), this.#options);
    const { context, server, namespace } = this.#cluster.target;
    return {
      diagnostics,
      findings: [],
      notes: [{ text: `target: context ${context} (${server}), namespace ${namespace}` }],
    };
  }

  async observe({ signal }: Cancellable): Promise<Observed> {
    return this.#asked(signal, () => observeProject(this.#parts, signal));
  }

  async compare({ signal }: Cancellable): Promise<Comparison> {
    return this.#asked(signal, () => compareProject(this.#parts, this.#translated(signal), signal));
  }

  async volumes({
    signal,
    count,
  }: Cancellable & { readonly count: boolean }): Promise<readonly ObservedVolume[]> {
    return this.#asked(signal, async () => {
      const [pods, found, wanted = []] = await Promise.all([
        this.#services.pods(signal),
        this.#services.workloads(signal),
        this.#translated(signal),
      ]);
      const [cluster, options] = [this.#cluster, this.#options];
      const workloads = found.map(({ object }) => object);
      return observeVolumes({ cluster, options, workloads, pods, wanted, signal, count });
    });
  }

  /** What cannot be translated can be looked at all the same; who starts it is told. */
  async #translated(signal: AbortSignal): Promise<readonly KubernetesObject[] | undefined> {
    return this.#steps.objects(signal).catch((error: unknown) => {
      if (error instanceof ComposeError) return undefined;
      throw error;
    });
  }

  async execute(
    step: Step,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    if (this.#ownLease.isLost) throw leaseLost();
    try {
      return await this.#asked(options.signal, () => this.#steps.execute(step, options));
    } catch (error) {
      throw errorInFile(error, this.#options, 'service' in step ? step.service : undefined);
    }
  }

  async *logs(query: LogQuery, { signal }: Cancellable): AsyncIterable<LogLine> {
    try {
      yield* projectLogs(this.#parts, { ...query, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw failureOf(error, this.#cluster.target);
    }
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

  async connect(request: ConnectRequest, { signal }: Cancellable): Promise<Connection> {
    return this.#asked(signal, async () => {
      const pods = await this.#services.pods(signal);
      const name = this.#options.names.get(request.service) ?? request.service;
      const pod = podToConnect(pods, { ...request, name });
      if (pod === undefined) throw notReady(request.service);
      const { namespace = '', name: replica } = pod.metadata;
      const place = { namespace, pod: replica, port: request.port };
      return { replica, stream: await connectToPod(this.#cluster, place, signal) };
    });
  }

  async addresses(
    service: ServiceName,
    { signal }: Cancellable,
  ): Promise<readonly ServiceAddress[]> {
    return this.#asked(signal, async () =>
      addressesOf(await this.#services.edges(service, signal), this.#cluster.target),
    );
  }

  async runOnce(request: RunRequest, { signal }: Cancellable & Emitting): Promise<ExitStatus> {
    const objects = (await this.#steps.objects(signal)).filter(
      (object) =>
        runs(object) && !isTask(object) && ownerOf(this.#options, object) === request.service.name,
    );
    const cluster = this.#cluster;
    const own = this.#options.project.services.find(({ name }) => name === request.service.name);
    const place = { cluster, objects, entrypoint: own?.entrypoint, signal };
    return this.#asked(signal, () => runOneOff(request, place));
  }

  async kill({ signal }: Cancellable): Promise<void> {
    for (const { name } of this.#options.project.services) {
      await this.#services.stop(name, signal);
    }
  }

  async findings({ signal }: Cancellable): Promise<readonly ServiceFinding[]> {
    return this.#asked(signal, async () => {
      const found = await this.#services.workloads(signal);
      const workloads = found.map(({ object }) => object);
      return findTroubles({ cluster: this.#cluster, options: this.#options, workloads, signal });
    });
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
        const service = ownerOf(this.#options, pod);
        if (service === undefined) continue;
        const state = stateOf(pod, systemClock.wallMs());
        yield { kind: 'replica', name: pod.metadata.name, service, state };
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }

  async #runningPod(
    copy: Pick<ExecRequest, 'service' | 'number'>,
    signal: AbortSignal,
  ): Promise<Pod> {
    const pods = await this.#services.pods(signal);
    const found = runningPods(this.#options, pods).find(
      ({ service, number }) =>
        service === copy.service && (copy.number === undefined || number === copy.number),
    );
    if (found === undefined) throw notRunning(copy.service);
    return found.pod;
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

/** This machine slept, or the cluster did not answer for so long that another may have taken it for dead. */
function leaseLost(): RunError {
  return new RunError(
    [
      {
        code: 'lease/lost',
        cause:
          'the cluster was out of reach for so long that another command may be at work by now',
        fix: [
          'Repeat the command: it waits for the other one, and goes on where this one stopped.',
        ],
      },
    ],
    { exitCode: ExitCode.held },
  );
}
