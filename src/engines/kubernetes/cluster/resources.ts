import { groupOf, type ObjectId } from '../object.ts';
import { isNotFound } from './api-error.ts';
import type { Cluster } from './cluster.ts';

/** How the server calls the objects of a kind, and where they are. */
export interface ResourceKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** As in `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

interface ResourceList {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }[];
}

interface GroupList {
  readonly groups?: readonly {
    readonly preferredVersion?: { readonly groupVersion: string };
  }[];
}

/** Which kinds the cluster knows. Asked once for each version of a group. */
export class Resources {
  readonly #cluster: Cluster;
  readonly #known = new Map<string, Promise<readonly ResourceKind[]>>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Absent when the cluster has no such kind. */
  async find(
    { apiVersion, kind }: Pick<ObjectId, 'apiVersion' | 'kind'>,
    signal: AbortSignal,
  ): Promise<ResourceKind | undefined> {
    const kinds = await this.#kindsOf(apiVersion, signal);
    return kinds.find((each) => each.kind === kind);
  }

  /** Under which versions the cluster has a kind that was asked for under one that it does not have. */
  async versionsOf(kind: string, signal: AbortSignal): Promise<readonly string[]> {
    const { groups = [] } = await this.#cluster.ask<GroupList>({
      method: 'GET',
      path: '/apis',
      signal,
    });
    const versions = groups.flatMap(({ preferredVersion }) => preferredVersion?.groupVersion ?? []);
    const lists = await Promise.all(
      ['v1', ...versions].map((version) => this.#kindsOf(version, signal)),
    );
    return lists
      .flat()
      .filter((each) => each.kind === kind)
      .map(({ apiVersion }) => apiVersion);
  }

  /** A definition of kinds was just applied: what was not there may be there now. */
  forget(): void {
    this.#known.clear();
  }

  #kindsOf(apiVersion: string, signal: AbortSignal): Promise<readonly ResourceKind[]> {
    const before = this.#known.get(apiVersion);
    if (before !== undefined) return before;
    const asked = this.#ask(apiVersion, signal);
    this.#known.set(apiVersion, asked);
    asked.catch(() => this.#known.delete(apiVersion));
    return asked;
  }

  async #ask(apiVersion: string, signal: AbortSignal): Promise<readonly ResourceKind[]> {
    try {
      const path = rootOf(apiVersion);
      const { resources = [] } = await this.#cluster.ask<ResourceList>({
        method: 'GET',
        path,
        signal,
      });
      return resources
        .filter(({ name }) => !name.includes('/'))
        .map(({ name, kind, namespaced }) => ({ apiVersion, kind, plural: name, namespaced }));
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }
}

/** Where all objects of a kind are, in a namespace or in all. */
export function pathOfKind({ apiVersion, plural }: ResourceKind, namespace?: string): string {
  const inside = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${rootOf(apiVersion)}${inside}/${plural}`;
}

/** Where one object is. */
export function pathOf(resource: ResourceKind, { name, namespace }: ObjectId): string {
  return `${pathOfKind(resource, namespace)}/${encodeURIComponent(name)}`;
}

function rootOf(apiVersion: string): string {
  const parts = apiVersion.split('/').map((part) => encodeURIComponent(part));
  return groupOf(apiVersion) === '' ? `/api/${parts.join('/')}` : `/apis/${parts.join('/')}`;
}

type BuiltIn =
  | 'pods'
  | 'events'
  | 'configMaps'
  | 'claims'
  | 'deployments'
  | 'statefulSets'
  | 'daemonSets'
  | 'replicaSets'
  | 'controllerRevisions'
  | 'jobs'
  | 'leases'
  | 'services'
  | 'ingresses'
  | 'nodes';

/** Kinds that every cluster has, and where: no need to ask. */
export const builtIn: Readonly<Record<BuiltIn, ResourceKind>> = {
  pods: always('v1', 'Pod', 'pods'),
  events: always('v1', 'Event', 'events'),
  configMaps: always('v1', 'ConfigMap', 'configmaps'),
  claims: always('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  deployments: always('apps/v1', 'Deployment', 'deployments'),
  statefulSets: always('apps/v1', 'StatefulSet', 'statefulsets'),
  daemonSets: always('apps/v1', 'DaemonSet', 'daemonsets'),
  replicaSets: always('apps/v1', 'ReplicaSet', 'replicasets'),
  controllerRevisions: always('apps/v1', 'ControllerRevision', 'controllerrevisions'),
  jobs: always('batch/v1', 'Job', 'jobs'),
  leases: always('coordination.k8s.io/v1', 'Lease', 'leases'),
  services: always('v1', 'Service', 'services'),
  ingresses: always('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  nodes: { ...always('v1', 'Node', 'nodes'), namespaced: false },
};

function always(apiVersion: string, kind: string, plural: string): ResourceKind {
  return { apiVersion, kind, plural, namespaced: true };
}
