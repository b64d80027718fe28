import type { Cancellable, Emitting } from '../../engine/engine.ts';
import { systemClock } from '../../host/clock.ts';
import { withTimeout } from '../../host/delay.ts';
import { type Leaves, leavesOf } from '../../model/leaves.ts';
import type { ExitStatus } from '../../model/observed.ts';
import type { ServiceName } from '../../model/project.ts';
import type { Step } from '../../model/step.ts';
import { ProjectApply } from './apply/project-apply.ts';
import { type Refusal, refused } from './apply/refusal.ts';
import { awaitGone } from './await-gone.ts';
import { awaitReady } from './await-ready.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { KubernetesObject } from './object.ts';
import { awaitClosedPorts, openPortsOf } from './node-ports.ts';
import { isNamespaceOurs } from './namespace.ts';
import type { OnCluster } from './on-cluster.ts';
import { type KubernetesOptions, LABEL, type Translated } from './options.ts';
import { isTask, marked, ownerOf, runs, withCopies } from './parts.ts';
import { runInside } from './release-task/run-inside.ts';
import { runReleaseTask } from './release-task/run-release-task.ts';
import { runningImages } from './running-images.ts';
import { SharedView } from './track/shared-view.ts';
import { labelsOf, type Services } from './services.ts';
import { isCountedElsewhere } from './scaled-elsewhere.ts';

/** How long a service is given to be gone. */
const TIMEOUT_MS = 600_000;

type StartStep = Extract<Step, { readonly kind: 'start' }>;

/** Carries out the steps of a plan on a cluster. */
export class Steps {
  readonly #place: OnCluster;
  readonly #cluster: Cluster;
  readonly #options: KubernetesOptions;
  readonly #services: Services;
  readonly #shared: SharedView;
  readonly #parts: ProjectApply;
  readonly #originOf: (service: ServiceName) => Leaves;
  /** Translated once, and what belongs to the project as a whole applied once. */
  #translated: Promise<Translated> | undefined;
  #common: Promise<boolean> | undefined;

  constructor(place: OnCluster) {
    const { cluster, options, services, sent } = place;
    this.#place = place;
    this.#cluster = cluster;
    this.#options = options;
    this.#services = services;
    this.#originOf = leavesOf(options.project);
    this.#shared = new SharedView(cluster);
    this.#parts = new ProjectApply(cluster, {
      set: options.instance,
      force: options.forceConflicts === true,
      sent,
    });
  }

  /** What the cluster would refuse of what `services` need. */
  async rehearse(
    services: readonly ServiceName[],
    signal: AbortSignal,
  ): Promise<readonly Refusal[]> {
    const needed = (await this.objects(signal)).filter((object) => {
      const owner = ownerOf(this.#options, object);
      return owner === undefined || services.includes(owner);
    });
    return this.#parts.rehearse(needed, signal);
  }

  /** The project as objects, and what is to be said about that. Its namespace only where that is ours to make. */
  translated(signal: AbortSignal): Promise<Translated> {
    this.#translated ??= this.#translate(signal);
    return this.#translated;
  }

  async objects(signal: AbortSignal): Promise<readonly KubernetesObject[]> {
    return (await this.translated(signal)).objects;
  }

  async #translate(signal: AbortSignal): Promise<Translated> {
    const { namespace } = this.#cluster.target;
    const running = await this.#builtImages(signal);
    const { objects, diagnostics } = await this.#options.translate(namespace, running);
    const isOurs = await isNamespaceOurs(this.#cluster, signal);
    return { objects: objects.filter(({ kind }) => isOurs || kind !== 'Namespace'), diagnostics };
  }

  /** Of services that are built: what runs of them now stays until another image is brought. */
  async #builtImages(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const built = this.#options.project.services.filter(({ build }) => build !== undefined);
    if (built.length === 0) return new Map();
    const images = await runningImages(this.#cluster, this.#options, signal);
    return new Map([...images].filter(([service]) => built.some(({ name }) => name === service)));
  }

  /** For what has to be there before everything else; nothing where the namespace is not ours to make. */
  async makeNamespace(signal: AbortSignal): Promise<void> {
    const objects = (await this.objects(signal)).filter(({ kind }) => kind === 'Namespace');
    await this.#apply(objects, { signal });
  }

  async execute(
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
      case 'prune':
        return this.#prune(step.orphans, options);
      case 'prepare':
        return this.#prepare(step.service, options);
      case 'start':
        return this.#start(step, options);
      case 'release-task':
        return this.#runTask(step, options);
      case 'end-task':
        return { changed: await this.#endTask(step.service, signal) };
      case 'await':
        return this.#await(step, options);
      case 'stop':
        return this.#stop(step.service, options);
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
    const all = (await this.objects(options.signal)).filter((object) => !runs(object));
    this.#common ??= this.#apply(
      all.filter((object) => ownerOf(this.#options, object) === undefined),
      options,
    );
    const shared = await this.#common;
    const own = await this.#apply(
      all.filter((object) => ownerOf(this.#options, object) === service),
      options,
    );
    return { changed: shared || own };
  }

  async #start(
    { service, fingerprint, renew = false, asItWas = false }: StartStep,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const again = await this.#services.start(service, options.signal);
    const origin = this.#originOf(service);
    if (asItWas) {
      if (renew) await this.#services.restart(service, systemClock.wallMs(), options.signal);
      return { changed: again || renew };
    }
    const own = (await this.objects(options.signal)).filter(
      (object) => !isTask(object) && ownerOf(this.#options, object) === service,
    );
    const copies = await this.#copiesOf(service, options.signal);
    // What runs elsewhere is marked at the name that leads there.
    const bearing = own.some(runs)
      ? own.filter(runs)
      : own.filter(({ kind }) => kind === 'Service');
    const objects = bearing.map((object) =>
      withCopies(marked(object, { fingerprint, origin }), copies),
    );
    const changed = await this.#apply(objects, options);
    if (!changed && renew)
      await this.#services.restart(service, systemClock.wallMs(), options.signal);
    return { changed: changed || again || renew };
  }

  /** As the command line has it, or else the file. Undefined: another program counts them. */
  async #copiesOf(service: ServiceName, signal: AbortSignal): Promise<number | undefined> {
    const { project } = this.#options;
    const found = await this.#services.workloadsOf(service, signal);
    if (found.some(({ object }) => isCountedElsewhere(object, { options: { project }, service })))
      return undefined;
    return project.services.find(({ name }) => name === service)?.replicas ?? 1;
  }

  async #runTask(
    step: Extract<Step, { readonly kind: 'release-task' }>,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const service = this.#options.project.services.find(({ name }) => name === step.service);
    const task = service?.releaseTask;
    if (service === undefined || task === undefined) return { changed: false };
    const own = (await this.objects(options.signal)).filter(
      (object) => runs(object) && ownerOf(this.#options, object) === step.service,
    );
    const jobs = own.filter(isTask);
    const apply = (objects: readonly KubernetesObject[]) => this.#apply(objects, options);
    const place = { ...this.#place, shared: this.#shared, apply };
    if (task.strategy === 'task')
      return runReleaseTask(place, { ...options, step, service, task, jobs });
    const workloads = own.filter((object) => !isTask(object));
    await runInside(place, { ...options, step, service, task, workloads });
    return { changed: true };
  }

  async #endTask(service: ServiceName, signal: AbortSignal): Promise<boolean> {
    const jobs = (await this.#services.workloads(signal)).filter(
      ({ object }) => isTask(object) && ownerOf(this.#options, object) === service,
    );
    for (const found of jobs) await this.#services.delete(found, signal);
    return jobs.length > 0;
  }

  async #await(
    { service, condition }: Extract<Step, { readonly kind: 'await' }>,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const objects = (await this.objects(options.signal)).filter(
      (object) => ownerOf(this.#options, object) === service,
    );
    const published = condition === 'ready';
    const place = { ...this.#place, shared: this.#shared };
    await awaitReady(place, { ...options, service, objects, published });
    return { changed: true };
  }

  async #stop(
    service: ServiceName,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const { signal } = options;
    const [open, changed] = await Promise.all([
      openPortsOf(this.#place, service, signal),
      this.#services.stop(service, signal),
    ]);
    if (!changed) return { changed };
    const exit = await this.#gone(service, signal);
    await this.#services.rememberEnd(service, { exit, atMs: systemClock.wallMs() }, signal);
    await awaitClosedPorts(open, { ...options, service });
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

  async #prune(
    orphans: boolean,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const wanted = await this.objects(options.signal);
    return { changed: await this.#place.leftovers.remove(wanted, { ...options, orphans }) };
  }

  /** True when something became other than it was. */
  async #apply(objects: readonly KubernetesObject[], { signal }: Cancellable): Promise<boolean> {
    if (objects.length === 0) return false;
    const all = await this.objects(signal);
    const outcome = await this.#parts.apply(objects, { all, signal });
    if (outcome.kind === 'refused') throw refused(outcome.refusals);
    return outcome.changed;
  }

  /** Waits until the pods of a service have ended, and gives how. */
  async #gone(service: ServiceName, signal: AbortSignal): Promise<ExitStatus | undefined> {
    const name = this.#options.names.get(service) ?? service;
    const labels = `${labelsOf(this.#options)},${LABEL.name}=${name}`;
    return withTimeout((limited) => awaitGone(this.#cluster, labels, limited), {
      signal,
      ms: TIMEOUT_MS,
    });
  }
}
