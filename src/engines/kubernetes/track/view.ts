import { setMaxListeners } from 'node:events';

import { deferred, within } from '../../../host/delay.ts';
import { ApiError } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { failureOf } from '../cluster/explain-failure.ts';
import type { ResourceKind } from '../cluster/resources.ts';
import { remember, watchObjects } from '../cluster/watch.ts';
import { keyOf, type KubernetesObject, type ObjectId } from '../object.ts';

export interface ViewOptions {
  readonly namespaces: readonly string[];
  /** Without these there is nothing to see. */
  readonly kinds: readonly ResourceKind[];
  /** Seen where the user may; what cannot be seen is empty. */
  readonly optional: readonly ResourceKind[];
  readonly signal: AbortSignal;
}

/** What there is in some namespaces, kept up to date until it is disposed of. */
export class View implements Disposable {
  readonly #cluster: Cluster;
  readonly #end = new AbortController();
  readonly #known = new Map<string, Map<string, KubernetesObject>>();
  readonly #listed: Promise<void>[] = [];
  #failure: { readonly error: unknown } | undefined;
  #changed = deferred();

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

  /** Something outside has changed that counts as well. */
  touch(): void {
    this.#changed.resolve();
    this.#changed = deferred();
  }

  [Symbol.dispose](): void {
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
