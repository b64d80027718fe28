import type { EventBody } from '../../../model/event.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { failureOf } from '../cluster/explain-failure.ts';
import { Objects } from '../cluster/objects.ts';
import { builtIn, type ResourceKind, Resources } from '../cluster/resources.ts';
import { idOf, type KubernetesObject, type ObjectId } from '../object.ts';
import type { Claim, Workload } from '../track/wire.ts';
import { deleteKeepingData } from './delete-keeping-data.ts';
import { inParallel } from './in-parallel.ts';
import { Inventories, without } from './inventory.ts';
import { objectEvent } from './object-event.ts';
import { type Removal, removed } from './removed.ts';
import { holdsData, wavesOf } from './waves.ts';

export interface DeleteObjectsOptions {
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
  readonly set: string;
  /** What holds data goes, too. */
  readonly volumes: boolean;
  readonly dryRun: boolean;
  readonly timeoutMs: number;
}

/** Something that is on the cluster and would be deleted. */
interface Found {
  readonly id: ObjectId;
  readonly resource: ResourceKind;
  readonly live: KubernetesObject;
}

/** What of the objects the cluster has. */
export interface Deletion {
  readonly found: readonly Found[];
  /** What holds data: claims, also those that a StatefulSet made, volumes, namespaces. */
  readonly data: readonly Found[];
}

/** Looks what there is of `objects`; changes nothing. */
export async function findToDelete(
  cluster: Cluster,
  given: readonly KubernetesObject[],
  signal: AbortSignal,
): Promise<Deletion> {
  const resources = new Resources(cluster);
  const objects = new Objects(cluster);
  const found: Found[] = [];
  try {
    await inParallel(given, async (object) => {
      const resource = await resources.find(object, signal);
      if (resource === undefined) return;
      const id = placedId(object, resource, cluster);
      const live = await objects.get(resource, id, signal);
      if (live !== undefined) found.push({ id, resource, live: { ...live, ...kindOf(object) } });
    });
    const claims = await claimsOf(cluster, found, signal);
    return {
      found: found.filter(({ id }) => !holdsData(id)),
      data: [...found.filter(({ id }) => holdsData(id)), ...claims],
    };
  } catch (error) {
    signal.throwIfAborted();
    throw failureOf(error, cluster.target);
  }
}

/** Deletes what was found, the last to be applied first, and waits until it is gone. */
export async function deleteObjects(
  cluster: Cluster,
  { found, data }: Deletion,
  options: DeleteObjectsOptions,
): Promise<void> {
  const { signal, emit, volumes, dryRun } = options;
  try {
    const doomed = volumes ? [...found, ...data] : found;
    if (dryRun) for (const { id } of doomed) emit(objectEvent(id, 'deleted'));
    else await deleteInOrder(cluster, doomed, options);
    if (!volumes) for (const { id } of data) emit(objectEvent(id, 'kept', 'it holds data'));
    if (!dryRun) {
      const gone = doomed.map(({ id }) => id);
      await forget(new Inventories(cluster, options.set), gone, signal);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw failureOf(error, cluster.target);
  }
}

async function deleteInOrder(
  cluster: Cluster,
  doomed: readonly Found[],
  { signal, emit, timeoutMs }: DeleteObjectsOptions,
): Promise<void> {
  const objects = new Objects(cluster);
  const byObject = new Map(doomed.map((each) => [each.live, each]));
  const waves = wavesOf(doomed.map(({ live }) => live)).toReversed();
  for (const { objects: members } of waves) {
    const wave = members.flatMap((object) => byObject.get(object) ?? []);
    await inParallel(wave, ({ resource, live }) =>
      deleteKeepingData(objects, { resource, live }, signal),
    );
    const removals = wave.map(({ resource, id, live }): Removal => {
      const { uid } = live.metadata;
      return { resource, id, ...(uid !== undefined && { uid }) };
    });
    await removed(cluster, removals, { signal, timeoutMs });
    for (const { id } of wave) emit(objectEvent(id, 'deleted'));
  }
}

/** What is still there is still remembered; an empty inventory is none. */
async function forget(
  inventories: Inventories,
  gone: readonly ObjectId[],
  signal: AbortSignal,
): Promise<void> {
  await inventories.change((known) => without(known, gone), signal);
  const { objects } = await inventories.read(signal);
  if (objects.length === 0) await inventories.delete(signal);
}

/** Claims that StatefulSets made by their templates stand in no file. */
async function claimsOf(
  cluster: Cluster,
  found: readonly Found[],
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const sets = found.filter(({ live }) => live.kind === 'StatefulSet');
  const known = new Set(found.map(({ live }) => live.metadata.uid));
  const claims = await Promise.all(
    sets.map(async ({ id, live }) => {
      const { spec = {} } = live as Workload;
      const templates = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
      const { objects } = await new Objects(cluster).list(builtIn.claims, id.namespace, { signal });
      return objects.filter((claim) =>
        templates.some((template) => isNumbered(claim.metadata.name, `${template}-${id.name}-`)),
      );
    }),
  );
  return claims
    .flat()
    .filter(({ metadata }) => !known.has(metadata.uid))
    .map((live) => ({ id: idOf(live), resource: builtIn.claims, live }));
}

function isNumbered(name: string, before: string): boolean {
  return name.startsWith(before) && /^\d+$/.test(name.slice(before.length));
}

/** As a person reads it before it is lost: `PersistentVolumeClaim/data (10Gi)`. */
export function dataInWords({ data }: Deletion): readonly string[] {
  return data.map(({ id, live }) => {
    const { spec = {} } = live as Claim;
    const size = spec.resources?.requests?.['storage'];
    return `${id.kind}/${id.name}${size === undefined ? '' : ` (${size})`}`;
  });
}

function kindOf({
  apiVersion,
  kind,
}: KubernetesObject): Pick<KubernetesObject, 'apiVersion' | 'kind'> {
  return { apiVersion, kind };
}

function placedId(
  object: KubernetesObject,
  { namespaced }: ResourceKind,
  { target }: Cluster,
): ObjectId {
  const { namespace: _, ...id } = idOf(object);
  const { namespace = target.namespace } = object.metadata;
  return namespaced ? { ...id, namespace } : id;
}
