import { setMaxListeners } from 'node:events';

import { deferred, within } from '../../../host/delay.ts';
import { ApiError } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { failureOf } from '../cluster/explain-failure.ts';
import type { ResourceKind } from '../cluster/resources.ts';
import { remember, watchObjects } from '../cluster/watch.ts';
import { keyOf, type KubernetesObject, type ObjectId } from '../object.ts';
import type { ClusterEvent } from './wire.ts';

export interface ViewOptions {
  readonly namespaces: readonly string[];
  /** Without these there is nothing to see. */
  readonly kinds: readonly ResourceKind[];
  /** Seen where the user may; what cannot be seen is empty. */
  readonly optional: readonly ResourceKind[];
  readonly signal: AbortSignal;
}

/** Shorter than anybody notices, longer than the cluster takes to tell of several objects. */
const TOGETHER_MS = 20;

/** What there is in some namespaces, kept up to date until it is disposed of. */
export class View implements Disposable {
  readonly #cluster: Cluster;
  readonly #end = new AbortController();
  readonly #known = new Map<string, Map<string, KubernetesObject>>();
  readonly #listed: Promise<void>[] = [];
  /** Objects of a kind by the uid of what they belong to; made anew when it is asked for after a change. */
  readonly #related = new Map<string, Map<string, KubernetesObject[]>>();
  #failure: { readonly error: unknown } | undefined;
  #changed = deferred();
  #told: NodeJS.Timeout | undefined;

  constructor(cluster: Cluster, { namespaces, kinds, optional, signal }: ViewOptions) {
    this.#cluster = cluster;
    setMaxListeners(0, this.#end.signal);
    const both = AbortSignal.any([signal, this.#end.signal]);
    setMaxListeners(0, both);
    for (const namespace of namespaces) {
      for (const resource of kinds) this.#follow(resource, { namespace, signal: both });
      for (const resource of optional) {
        this.#follow(resource, { namespace, signal: both, optional: true });
      }
    }
  }

  /** Everything was seen once. @throws what kept it from being seen */
  async listed(): Promise<void> {
    await Promise.all(this.#listed);
    this.#throwFailure();
  }

  all(kind: string): readonly KubernetesObject[] {
    return [...this.#known.entries()]
      .filter(([name]) => name.startsWith(`${kind}|`))
      .flatMap(([, objects]) => [...objects.values()]);
  }

  /** Objects of a kind that another object has made, or that tell of it. */
  relatedTo({ metadata }: KubernetesObject, kind: string): readonly KubernetesObject[] {
    let index = this.#related.get(kind);
    if (index === undefined) {
      index = byRelation(this.all(kind));
      this.#related.set(kind, index);
    }
    return index.get(metadata.uid ?? '') ?? [];
  }

  get(id: ObjectId): KubernetesObject | undefined {
    return this.#known.get(`${id.kind}|${id.namespace ?? ''}`)?.get(keyOf(id));
  }

  /** Whether objects of this kind are kept up to date here. */
  follows(kind: string): boolean {
    return [...this.#known.keys()].some((name) => name.startsWith(`${kind}|`));
  }

  /** Waits until something is other than it was, at most `ms`. */
  async change(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#throwFailure();
    const aborted = deferred();
    signal.addEventListener('abort', aborted.resolve, { once: true });
    await within(Promise.race([this.#changed.promise, aborted.promise]), ms);
    signal.removeEventListener('abort', aborted.resolve);
    signal.throwIfAborted();
    this.#throwFailure();
  }

  /** Something outside has changed that counts as well. What changes together is told together: many may be waiting. */
  touch(): void {
    this.#told ??= setTimeout(() => {
      this.#told = undefined;
      this.#changed.resolve();
      this.#changed = deferred();
    }, TOGETHER_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#told);
    this.#end.abort(new Error('the view was closed'));
  }

  #follow(
    resource: ResourceKind,
    {
      namespace,
      signal,
      optional = false,
    }: { readonly namespace: string; readonly signal: AbortSignal; readonly optional?: boolean },
  ): void {
    const known = new Map<string, KubernetesObject>();
    this.#known.set(`${resource.kind}|${namespace}`, known);
    const listed = deferred();
    this.#listed.push(listed.promise);
    const run = async (): Promise<void> => {
      try {
        const changes = watchObjects(this.#cluster, { resource, namespace, signal });
        for await (const change of changes) {
          remember(known, change);
          this.#related.delete(resource.kind);
          listed.resolve();
          this.touch();
        }
      } catch (error) {
        const isHarmless = signal.aborted || (optional && error instanceof ApiError);
        if (!isHarmless) this.#failure ??= { error };
      } finally {
        listed.resolve();
        this.touch();
      }
    };
    void run();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw failureOf(this.#failure.error, this.#cluster.target);
  }
}

function byRelation(objects: readonly KubernetesObject[]): Map<string, KubernetesObject[]> {
  const index = new Map<string, KubernetesObject[]>();
  for (const object of objects) {
    for (const uid of relationsOf(object)) {
      const known = index.get(uid);
      if (known === undefined) index.set(uid, [object]);
      else known.push(object);
    }
  }
  return index;
}

function relationsOf(object: KubernetesObject): readonly string[] {
  const { involvedObject }: ClusterEvent = object;
  const owners = (object.metadata.ownerReferences ?? []).map(({ uid }) => uid);
  return involvedObject?.uid === undefined ? owners : [...owners, involvedObject.uid];
}
