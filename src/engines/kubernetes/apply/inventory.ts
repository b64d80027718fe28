import { ApiError } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Objects } from '../cluster/objects.ts';
import { builtIn, pathOfKind } from '../cluster/resources.ts';
import { keyOf, type KubernetesObject, type ObjectId } from '../object.ts';

/** What was applied under one name, so that what is no longer wanted can be found again. */
export interface Inventory {
  readonly objects: readonly ObjectId[];
  /** Of the ConfigMap that holds it; absent: there is none yet. */
  readonly resourceVersion?: string;
}

const KEY = 'objects';
const TRIES = 5;

/** Keeps inventories on the cluster itself, where every machine that deploys to it sees the same. */
export class Inventories {
  readonly #cluster: Cluster;
  readonly #id: ObjectId;

  constructor(cluster: Cluster, set: string) {
    this.#cluster = cluster;
    this.#id = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: `bowline-${set}`,
      namespace: cluster.target.namespace,
    };
  }

  async read(signal: AbortSignal): Promise<Inventory> {
    const found = await new Objects(this.#cluster).get(builtIn.configMaps, this.#id, signal);
    if (found === undefined) return { objects: [] };
    const { resourceVersion } = found.metadata;
    return {
      objects: objectsIn(found),
      ...(resourceVersion !== undefined && { resourceVersion }),
    };
  }

  /** Changes it as `change` says; another change in between is taken into account. */
  async change(
    change: (objects: readonly ObjectId[]) => readonly ObjectId[],
    signal: AbortSignal,
  ): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      const before = await this.read(signal);
      const after = change(before.objects);
      const isSame = textOf(before.objects) === textOf(after);
      if (isSame && (before.resourceVersion !== undefined || after.length === 0)) return;
      try {
        await this.#write(after, before.resourceVersion, signal);
        return;
      } catch (error) {
        // Somebody else wrote it since it was read.
        const isRace = error instanceof ApiError && error.status === 409;
        if (!isRace || tried >= TRIES) throw error;
      }
    }
  }

  async delete(signal: AbortSignal): Promise<void> {
    await new Objects(this.#cluster).delete(builtIn.configMaps, this.#id, { signal });
  }

  async #write(
    objects: readonly ObjectId[],
    resourceVersion: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { name, namespace = '' } = this.#id;
    const path = pathOfKind(builtIn.configMaps, namespace);
    await this.#cluster.ask({
      method: resourceVersion === undefined ? 'POST' : 'PUT',
      path: resourceVersion === undefined ? path : `${path}/${name}`,
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name,
          namespace,
          labels: { 'app.kubernetes.io/managed-by': 'bowline' },
          ...(resourceVersion !== undefined && { resourceVersion }),
        },
        data: { format: '1', [KEY]: textOf(objects) },
      },
      signal,
    });
  }
}

/** One a line, sorted, so that two versions of it can be compared by eye. */
function textOf(objects: readonly ObjectId[]): string {
  return objects
    .map(({ apiVersion, kind, namespace = '', name }) =>
      [apiVersion, kind, namespace, name].join(' '),
    )
    .toSorted()
    .map((line) => `${line}\n`)
    .join('');
}

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

function objectsIn(object: KubernetesObject): readonly ObjectId[] {
  const { data = {} }: ConfigMap = object;
  return (data[KEY] ?? '').split('\n').flatMap((line) => {
    const [apiVersion, kind, namespace, name] = line.split(' ');
    if (apiVersion === undefined || kind === undefined || name === undefined) return [];
    const isNamespaced = namespace !== undefined && namespace !== '';
    return [{ apiVersion, kind, name, ...(isNamespaced && { namespace }) }];
  });
}

/** `before` with what `now` adds to it. */
export function joined(before: readonly ObjectId[], now: readonly ObjectId[]): readonly ObjectId[] {
  const all = new Map([...before, ...now].map((id) => [keyOf(id), id]));
  return [...all.values()];
}

/** `before` without what `gone` has. */
export function without(
  before: readonly ObjectId[],
  gone: readonly ObjectId[],
): readonly ObjectId[] {
  const keys = new Set(gone.map(keyOf));
  return before.filter((id) => !keys.has(keyOf(id)));
}
