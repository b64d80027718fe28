import { isDeepStrictEqual } from 'node:util';

import { ApiError } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { failureOf } from '../cluster/explain-failure.ts';
import { FIELD_MANAGER, Objects } from '../cluster/objects.ts';
import type { ResourceKind, Resources } from '../cluster/resources.ts';
import { idOf, type KubernetesObject, type ObjectId, titleOf } from '../object.ts';
import { inParallel } from './in-parallel.ts';
import { isImmutable, type Refusal, refusalsOf } from './refusal.ts';
import type { Job } from '../track/wire.ts';

/** What is to be done with one object, found out without changing anything. */
export interface Intent {
  readonly id: ObjectId;
  readonly object: KubernetesObject;
  /** Absent while the definition of its kind is yet to be applied. */
  readonly resource?: ResourceKind;
  /** `unknown`: the cluster cannot be asked before something else is there. */
  readonly kind: 'create' | 'change' | 'same' | 'replace' | 'unknown';
  /** As it was. */
  readonly live?: KubernetesObject;
  /** Of what is on the cluster; absent: nothing is. */
  readonly version?: string;
}

export interface Inspection {
  readonly intents: readonly Intent[];
  readonly refusals: readonly Refusal[];
}

export interface InspectOptions {
  readonly signal: AbortSignal;
  readonly force: boolean;
  /** Tell what is the same already, which takes a further request for each. @defaultValue true */
  readonly compare?: boolean;
}

/** Asks the cluster what each object would become, and collects everything that it would refuse. */
export async function inspect(
  { cluster, resources }: { readonly cluster: Cluster; readonly resources: Resources },
  given: readonly KubernetesObject[],
  { signal, force, compare = true }: InspectOptions,
): Promise<Inspection> {
  const { target } = cluster;
  const intents: Intent[] = [];
  const refusals: Refusal[] = [];
  const coming = comingOf(given);
  // Whether the cluster answers at all is found out once, not by every object.
  await resources.find({ apiVersion: 'v1', kind: 'Namespace' }, signal).catch((error: unknown) => {
    throw failureOf(error, target);
  });
  await inParallel(given, async (written) => {
    const resource = await resources.find(written, signal);
    if (resource === undefined) {
      const id = idOf(written);
      if (coming.kinds.has(`${id.apiVersion}/${id.kind}`)) {
        intents.push({ id, object: written, kind: 'unknown' });
      } else refusals.push(await unknownKind(resources, id, signal));
      return;
    }
    const object = inNamespace(written, resource, target.namespace);
    const id = idOf(object);
    try {
      intents.push(await intentOf({ cluster, resource, object, id }, { signal, force, compare }));
    } catch (error) {
      signal.throwIfAborted();
      if (isNamespaceMissing(error) && coming.namespaces.has(id.namespace ?? '')) {
        intents.push({ id, object, resource, kind: 'create' });
        return;
      }
      const found = refusalsOf(error, id, target);
      if (found.length === 0) throw error;
      refusals.push(...found);
    }
  });
  return { intents: inOrderOf(given, intents), refusals };
}

/** In the order of the files, whoever was answered first. */
function inOrderOf(
  given: readonly KubernetesObject[],
  intents: readonly Intent[],
): readonly Intent[] {
  const places = new Map(
    given.map(({ kind, metadata }, index) => [
      `${kind}/${metadata.namespace ?? ''}/${metadata.name}`,
      index,
    ]),
  );
  const place = ({ id }: Intent): number =>
    places.get(`${id.kind}/${id.namespace ?? ''}/${id.name}`) ??
    places.get(`${id.kind}//${id.name}`) ??
    0;
  return intents.toSorted((a, b) => place(a) - place(b));
}

async function intentOf(
  {
    cluster,
    resource,
    object,
    id,
  }: {
    readonly cluster: Cluster;
    readonly resource: ResourceKind;
    readonly object: KubernetesObject;
    readonly id: ObjectId;
  },
  options: InspectOptions,
): Promise<Intent> {
  const objects = new Objects(cluster);
  // A Job that is there cannot be changed, and may have to be replaced.
  const isSeen = options.compare !== false || id.kind === 'Job';
  const live = isSeen ? await objects.get(resource, id, options.signal) : undefined;
  const known = { id, object, resource, ...(live !== undefined && { live }) };
  try {
    const would = await objects.apply(resource, { id, object }, { ...options, dryRun: true });
    // What would only now be made has no version yet.
    const { resourceVersion: version = '' } = (live ?? would).metadata;
    if (version === '' || (isSeen && live === undefined)) return { ...known, kind: 'create' };
    if (live === undefined) return { ...known, kind: 'change', version };
    if (isFailedJob(live)) return { ...known, kind: 'replace' };
    return { ...known, kind: isSame(live, would) ? 'same' : 'change' };
  } catch (error) {
    // The pods of a Job are made once; another command needs another Job.
    if (live?.kind === 'Job' && isImmutable(error)) return { ...known, kind: 'replace' };
    throw error;
  }
}

/** It will not try again by itself, and whoever applies it again wants it to. */
function isFailedJob(live: KubernetesObject): boolean {
  if (live.kind !== 'Job') return false;
  const job: Job = live;
  const { conditions = [] } = job.status ?? {};
  return conditions.some(({ type, status }) => type === 'Failed' && status === 'True');
}

/** Nothing that we or anybody set would be another; also what is ours would not. */
function isSame(live: KubernetesObject, would: KubernetesObject): boolean {
  return isDeepStrictEqual(wantedPart(live), wantedPart(would));
}

function wantedPart(object: KubernetesObject): unknown {
  const { metadata, status: _, ...rest } = object;
  const { managedFields = [], resourceVersion: _v, generation: _g, ...kept } = metadata;
  const ours = managedFields.filter(({ manager }) => manager === FIELD_MANAGER);
  return { ...rest, metadata: kept, ours };
}

function inNamespace(
  object: KubernetesObject,
  { namespaced }: ResourceKind,
  otherwise: string,
): KubernetesObject {
  const { namespace, ...metadata } = object.metadata;
  if (!namespaced) return { ...object, metadata };
  return { ...object, metadata: { ...metadata, namespace: namespace ?? otherwise } };
}

/** Of a kind that a cluster gets besides its own. */
interface Definition extends KubernetesObject {
  readonly spec?: {
    readonly group?: string;
    readonly names?: { readonly kind?: string };
    readonly versions?: readonly { readonly name?: string }[];
  };
}

/** What does not exist yet, but is among the objects. */
function comingOf(given: readonly KubernetesObject[]): {
  readonly namespaces: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
} {
  const namespaces = given.filter(({ kind }) => kind === 'Namespace');
  const kinds = given.flatMap((object) => {
    if (object.kind !== 'CustomResourceDefinition') return [];
    const { spec = {} }: Definition = object;
    return (spec.versions ?? []).map(({ name }) => `${spec.group}/${name}/${spec.names?.kind}`);
  });
  return {
    namespaces: new Set(namespaces.map(({ metadata }) => metadata.name)),
    kinds: new Set(kinds),
  };
}

function isNamespaceMissing(error: unknown): boolean {
  return (
    error instanceof ApiError && error.status === 404 && error.message.startsWith('namespaces ')
  );
}

export async function unknownKind(
  resources: Resources,
  id: ObjectId,
  signal: AbortSignal,
): Promise<Refusal> {
  const versions = await resources.versionsOf(id.kind, signal);
  return {
    id,
    field: versions.length > 0 ? 'apiVersion' : 'kind',
    finding: {
      code: 'kubernetes/unknown-kind',
      service: titleOf(id),
      cause: `the cluster has no kind ${id.kind} in ${id.apiVersion}`,
      fix: [
        versions.length > 0
          ? `It has it under apiVersion: ${versions.join(' or ')}.`
          : 'Check the spelling; if it belongs to an add-on, install that first.',
      ],
    },
  };
}
