import { systemClock } from '../../host/clock.ts';
import { RunError } from '../../model/finding.ts';
import type { ServiceName } from '../../model/project.ts';
import type { Edges } from './addresses.ts';
import type { Cluster } from './cluster/cluster.ts';
import { Objects } from './cluster/objects.ts';
import { builtIn, type ResourceKind, Resources } from './cluster/resources.ts';
import { deleteKeepingData } from './apply/delete-keeping-data.ts';
import { Inventories, without } from './apply/inventory.ts';
import { holdsData } from './apply/waves.ts';
import { idOf, type KubernetesObject, type ObjectId } from './object.ts';
import { type KubernetesOptions, LABEL } from './options.ts';
import { isScaledElsewhere, SCALED_ELSEWHERE } from './scaled-elsewhere.ts';
import type { Sent } from './track/sent.ts';
import { annotationsOf, FORGOTTEN, type RememberedEnd } from './remembered-end.ts';
import type { Job, Pod, Workload } from './track/wire.ts';

/** Kinds that make pods of a service. */
const WORKLOADS: readonly ResourceKind[] = [
  builtIn.deployments,
  builtIn.statefulSets,
  builtIn.daemonSets,
  builtIn.jobs,
];

/** How many copies a service had when it was stopped. */
const STOPPED = 'bowline/stopped';
/** Milliseconds for which a look at the workloads is good enough to say which there are, and which were stopped. */
const RECENT_MS = 1000;
/** Changed, it makes the cluster replace every pod. */
const RESTARTED = 'bowline/restarted-at';

export interface FoundWorkload {
  readonly resource: ResourceKind;
  readonly object: Workload;
}

/** What is on the cluster of each service of a project, found by its labels. */
export class Services {
  readonly #cluster: Cluster;
  readonly #objects: Objects;
  readonly #options: KubernetesOptions;
  readonly #sent: Sent;
  #recent: { readonly atMs: number; readonly found: Promise<readonly FoundWorkload[]> } | undefined;

  /** @param sent - is told of what is changed here */
  constructor(cluster: Cluster, options: KubernetesOptions, sent: Sent) {
    this.#cluster = cluster;
    this.#objects = new Objects(cluster);
    this.#options = options;
    this.#sent = sent;
  }

  async pods(signal: AbortSignal): Promise<readonly Pod[]> {
    const { objects } = await this.#list(builtIn.pods, signal);
    return objects;
  }

  async claims(signal: AbortSignal): Promise<readonly KubernetesObject[]> {
    const { namespace } = this.#cluster.target;
    const labels = `${LABEL.project}=${this.#options.instance}`;
    const { objects } = await this.#objects.list(builtIn.claims, namespace, { signal, labels });
    return objects;
  }

  async workloads(signal: AbortSignal): Promise<readonly FoundWorkload[]> {
    const lists = await Promise.all(
      WORKLOADS.map(async (resource) => {
        const objects = await this.#listed(resource, signal);
        return objects.map((object) => ({ resource, object }));
      }),
    );
    return lists.flat();
  }

  /** What leads to a service from outside. */
  async edges(service: ServiceName, signal: AbortSignal): Promise<Edges> {
    const { namespace } = this.#cluster.target;
    const name = this.#options.names.get(service) ?? service;
    const labels = `${labelsOf(this.#options)},${LABEL.name}=${name}`;
    const [services, ingresses, nodes] = await Promise.all([
      this.#objects.list(builtIn.services, namespace, { signal, labels }),
      this.#objects.list(builtIn.ingresses, namespace, { signal, labels }),
      // Who may work in a namespace may not always look at the nodes.
      this.#objects.list(builtIn.nodes, undefined, { signal }).catch(() => ({ objects: [] })),
    ]);
    return { services: services.objects, ingresses: ingresses.objects, nodes: nodes.objects };
  }

  async workloadsOf(service: ServiceName, signal: AbortSignal): Promise<readonly FoundWorkload[]> {
    const name = this.#options.names.get(service) ?? service;
    return (await this.#recentWorkloads(signal)).filter(
      ({ object }) => object.metadata.labels?.[LABEL.name] === name,
    );
  }

  /** Steps of many services begin at the same moment: one look is enough for all of them. */
  #recentWorkloads(signal: AbortSignal): Promise<readonly FoundWorkload[]> {
    const nowMs = systemClock.nowMs();
    if (this.#recent === undefined || nowMs - this.#recent.atMs > RECENT_MS) {
      const found = this.workloads(signal);
      found.catch(() => (this.#recent = undefined));
      this.#recent = { atMs: nowMs, found };
    }
    return this.#recent.found;
  }

  /** No copy of it runs afterwards; how many there were is remembered. */
  async stop(service: ServiceName, signal: AbortSignal): Promise<boolean> {
    const running = (await this.workloadsOf(service, signal)).filter(({ object }) => runs(object));
    for (const { resource, object } of running) {
      const annotations = {
        [STOPPED]: String(object.spec?.replicas ?? 1),
        ...(isScaledElsewhere(object) && { [SCALED_ELSEWHERE]: 'true' }),
      };
      const body = { metadata: { annotations }, spec: specToStop(object) };
      await this.#patch({ resource, object }, body, signal);
    }
    return running.length > 0;
  }

  /** How its pods have ended: nothing on the cluster tells it when they are gone. */
  async rememberEnd(service: ServiceName, end: RememberedEnd, signal: AbortSignal): Promise<void> {
    const annotations = annotationsOf(end);
    for (const found of await this.workloadsOf(service, signal))
      if (isStopped(found.object)) await this.#patch(found, { metadata: { annotations } }, signal);
  }

  /** As many copies again as there were when it was stopped. */
  async start(service: ServiceName, signal: AbortSignal): Promise<boolean> {
    const stopped = (await this.workloadsOf(service, signal)).filter(({ object }) =>
      isStopped(object),
    );
    for (const { resource, object } of stopped) {
      const copies = Number(object.metadata.annotations?.[STOPPED] ?? 1);
      const annotations = { [STOPPED]: null, ...FORGOTTEN };
      const body = { metadata: { annotations }, spec: specToStart(object, copies) };
      await this.#patch({ resource, object }, body, signal);
    }
    return stopped.length > 0;
  }

  /** Every copy anew, one after the other, as the workload has it. */
  async restart(service: ServiceName, atMs: number, signal: AbortSignal): Promise<void> {
    const annotations = { [RESTARTED]: new Date(atMs).toISOString() };
    const body = { spec: { template: { metadata: { annotations } } } };
    for (const { resource, object } of await this.workloadsOf(service, signal)) {
      if (object.kind !== 'Job') await this.#patch({ resource, object }, body, signal);
    }
  }

  /** Deletes what makes its pods, and waits for nothing. No claim. */
  async remove(service: ServiceName, signal: AbortSignal): Promise<boolean> {
    const found = await this.workloadsOf(service, signal);
    for (const each of found) await this.delete(each, signal);
    return found.length > 0;
  }

  /** Deletes all that was applied for the project, except what holds data. */
  async removeRest(signal: AbortSignal): Promise<void> {
    const inventories = new Inventories(this.#cluster, this.#options.instance);
    const resources = new Resources(this.#cluster);
    const { objects } = await inventories.read(signal);
    const gone: ObjectId[] = [];
    for (const id of objects.filter((each) => !holdsData(each))) {
      const resource = await resources.find(id, signal);
      const live = resource && (await this.#objects.get(resource, id, signal));
      if (resource !== undefined && live !== undefined) {
        await deleteKeepingData(
          this.#objects,
          { resource, live: { ...live, ...kindOf(id) } },
          signal,
        );
      }
      gone.push(id);
    }
    await inventories.change((known) => without(known, gone), signal);
    if ((await inventories.read(signal)).objects.length === 0) await inventories.delete(signal);
  }

  async delete({ resource, object }: FoundWorkload, signal: AbortSignal): Promise<void> {
    await deleteKeepingData(this.#objects, { resource, live: object }, signal);
    this.#recent = undefined;
  }

  async removeClaim(claim: KubernetesObject, signal: AbortSignal): Promise<void> {
    await this.#objects.delete(builtIn.claims, idOf(claim), { signal });
  }

  /** Who may not know of any DaemonSet has made none. */
  async #listed(resource: ResourceKind, signal: AbortSignal): Promise<readonly KubernetesObject[]> {
    if (resource !== builtIn.daemonSets) return (await this.#list(resource, signal)).objects;
    const { namespace } = this.#cluster.target;
    const { adopt = (object) => object } = this.#options;
    const labels = labelsOf(this.#options);
    const found = await this.#objects.listIfAllowed(resource, namespace, { signal, labels });
    return (found ?? []).map((object) => adopt(object));
  }

  async #list(resource: ResourceKind, signal: AbortSignal): ReturnType<Objects['list']> {
    const { namespace } = this.#cluster.target;
    const { adopt } = this.#options;
    const labels = labelsOf(this.#options);
    const listed = await this.#objects.list(resource, namespace, { signal, labels });
    return adopt === undefined ? listed : { ...listed, objects: listed.objects.map(adopt) };
  }

  async #patch(
    { resource, object }: FoundWorkload,
    body: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    const answer = await this.#objects.patch(resource, idOf(object), { body, signal });
    this.#sent.note(answer);
    this.#recent = undefined;
  }
}

/** Of everything that belongs to the project. Undefined: labels do not say it. */
export function labelsOf({
  instance,
  adopt,
}: Pick<KubernetesOptions, 'instance' | 'adopt'>): string | undefined {
  return adopt === undefined ? `${LABEL.instance}=${instance}` : undefined;
}

export function isStopped({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[STOPPED] !== undefined;
}

function specToStop({ kind }: Workload): unknown {
  if (kind === 'Job') return { suspend: true };
  return kind === 'DaemonSet' ? onNodes({ [STOPPED]: 'true' }) : { replicas: 0 };
}

function specToStart({ kind }: Workload, copies: number): unknown {
  if (kind === 'Job') return { suspend: false };
  return kind === 'DaemonSet' ? onNodes({ [STOPPED]: null }) : { replicas: copies };
}

/** There is one on each node that it wants: no node has a label of this name. */
function onNodes(nodeSelector: Readonly<Record<string, string | null>>): unknown {
  return { template: { spec: { nodeSelector } } };
}

/** Has it pods that can be ended without taking it away? */
function runs(object: Workload): boolean {
  if (object.kind === 'Job') {
    const { status, spec }: Job = object;
    const isOver = (status?.conditions ?? []).some(
      ({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True',
    );
    return !isOver && spec?.suspend !== true;
  }
  if (object.kind === 'DaemonSet') return !isStopped(object);
  const isScalable = object.kind === 'Deployment' || object.kind === 'StatefulSet';
  return isScalable && object.spec?.replicas !== 0;
}

function kindOf({ apiVersion, kind }: ObjectId): Pick<KubernetesObject, 'apiVersion' | 'kind'> {
  return { apiVersion, kind };
}

/** What is said where a service has nothing that runs. */
export function notRunning(service: string): RunError {
  return new RunError([
    {
      code: 'kubernetes/not-running',
      service,
      cause: `${service} has no pod that runs`,
      fix: ['bowline ps shows what there is; bowline logs what it wrote.'],
    },
  ]);
}
