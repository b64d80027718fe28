import { groupOf, type KubernetesObject } from '../object.ts';
import type { PodTemplate, Workload } from '../track/wire.ts';

/**
 * When an object's turn is. Objects of one wave are applied side by side; the next begins when the waves before are
 * there, and, where `awaited`, work.
 */
type WaveName = 'foundations' | 'settings' | 'services' | 'stores' | 'jobs' | 'workloads' | 'edges';

export interface Wave {
  readonly name: WaveName;
  /** What comes after needs these to work, not only to be there. */
  readonly awaited: boolean;
  readonly objects: readonly KubernetesObject[];
}

const ORDER: readonly WaveName[] = [
  'foundations',
  'settings',
  'services',
  'stores',
  'jobs',
  'workloads',
  'edges',
];

const FOUNDATIONS = [
  'Namespace',
  'CustomResourceDefinition',
  'PriorityClass',
  'StorageClass',
  'IngressClass',
  'RuntimeClass',
  'PersistentVolume',
];
const SETTINGS = [
  'ResourceQuota',
  'LimitRange',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'NetworkPolicy',
  'Secret',
  'ConfigMap',
  'PersistentVolumeClaim',
];
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'];
const EDGES = [
  'Ingress',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'HTTPRoute',
  'GRPCRoute',
  'Gateway',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'APIService',
];

/** What keeps data, by the last part of its image's name. */
const STORE_IMAGE =
  /(?:^|[/_-])(?:postgres(?:ql)?|postgis|timescaledb|pgvector|mysql|mariadb|percona|mongo|mongodb|redis|valkey|memcached|rabbitmq|nats|kafka|zookeeper|elasticsearch|opensearch|minio|clickhouse|etcd|cassandra|mssql|server-mssql|influxdb|meilisearch|neo4j|couchdb|cockroach)(?:$|[:@_-])/;

/**
 * Objects in the order of their turns. Where there are Jobs, a migration above all, what keeps data comes before them,
 * and everything else that runs after them; where there are none, all that runs starts together.
 */
export function wavesOf(objects: readonly KubernetesObject[]): readonly Wave[] {
  const jobs = objects.filter((object) => isJob(object));
  const stores = new Set(jobs.length === 0 ? [] : storesOf(objects, jobs));
  const names = new Map(
    objects.map((object) => [object, stores.has(object) ? 'stores' : waveOf(object)]),
  );
  return ORDER.flatMap((name): readonly Wave[] => {
    const members = objects.filter((object) => names.get(object) === name);
    const awaited = name === 'foundations' || name === 'stores' || name === 'jobs';
    return members.length === 0 ? [] : [{ name, awaited, objects: members }];
  });
}

function waveOf(object: KubernetesObject): WaveName {
  const { kind } = object;
  if (FOUNDATIONS.includes(kind)) return 'foundations';
  if (SETTINGS.includes(kind)) return 'settings';
  if (kind === 'Service') return 'services';
  if (isJob(object)) return 'jobs';
  return EDGES.includes(kind) ? 'edges' : 'workloads';
}

function isJob({ kind, apiVersion }: KubernetesObject): boolean {
  return kind === 'Job' && groupOf(apiVersion) === 'batch';
}

/**
 * StatefulSets, and what runs an image known to keep data. Where there is neither, what mounts a claim and runs no image
 * of a Job's: the application itself may keep uploads on a volume, and comes after its migration.
 */
function storesOf(
  objects: readonly KubernetesObject[],
  jobs: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  const running = objects.filter(({ kind }) => WORKLOADS.includes(kind));
  const known = running.filter(
    (object) =>
      object.kind === 'StatefulSet' ||
      repositoriesOf(object).some((each) => STORE_IMAGE.test(each)),
  );
  if (known.length > 0) return known;
  const ofJobs = new Set(jobs.flatMap(repositoriesOf));
  return running.filter(
    (object) => mountsClaim(object) && !repositoriesOf(object).some((each) => ofJobs.has(each)),
  );
}

/** Names of images without tag and digest. */
function repositoriesOf(object: KubernetesObject): readonly string[] {
  const { containers = [] } = templateOf(object)?.spec ?? {};
  return containers.map(({ image = '' }) => image.replace(/@.*$/, '').replace(/:[^/:]*$/, ''));
}

function mountsClaim(object: KubernetesObject): boolean {
  const { volumes = [] } = templateOf(object)?.spec ?? {};
  return volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined);
}

function templateOf(object: KubernetesObject): PodTemplate | undefined {
  if (object.kind === 'Pod') return object;
  const { spec }: Workload = object;
  return spec?.template;
}

/** Kinds with which data would be lost: never deleted by the way. */
const HOLDS_DATA = [
  'PersistentVolumeClaim',
  'PersistentVolume',
  'Namespace',
  'CustomResourceDefinition',
];

export function holdsData({ kind }: { readonly kind: string }): boolean {
  return HOLDS_DATA.includes(kind);
}
