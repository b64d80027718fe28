import type { Cluster } from '../cluster/cluster.ts';
import { Objects } from '../cluster/objects.ts';
import { type ResourceKind, Resources } from '../cluster/resources.ts';
import { idOf, keyOf, type KubernetesObject, type ObjectId } from '../object.ts';
import { runs } from '../parts.ts';
import type { Sent } from '../track/sent.ts';
import { placed } from './apply-objects.ts';
import { inParallel } from './in-parallel.ts';
import { inspect, unknownKind } from './inspect.ts';
import { Inventories, joined } from './inventory.ts';
import { type Refusal, refusalsOf } from './refusal.ts';
import { removed } from './removed.ts';

interface ProjectApplyOptions {
  /** Under which name it is remembered what was applied. */
  readonly set: string;
  /** Take fields over that others have set. */
  readonly force: boolean;
  readonly sent: Sent;
}

type PartOutcome =
  | { readonly kind: 'done'; readonly changed: boolean }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

/** How long what stands in the way is given to be gone. */
const TIMEOUT_MS = 600_000;

/**
 * Applies a project part by part. What they have in common is asked once, and each object takes one request: whether it
 * is another afterwards, the cluster says in its answer.
 */
export class ProjectApply {
  readonly #cluster: Cluster;
  readonly #objects: Objects;
  readonly #resources: Resources;
  readonly #options: ProjectApplyOptions;
  /** Of objects as they were seen last. */
  readonly #versions = new Map<string, string | undefined>();
  #begun: Promise<void> | undefined;

  constructor(cluster: Cluster, options: ProjectApplyOptions) {
    this.#cluster = cluster;
    this.#objects = new Objects(cluster);
    this.#resources = new Resources(cluster);
    this.#options = options;
  }

  /** What the cluster would refuse of `objects`, all at once. Changes nothing. */
  async rehearse(
    objects: readonly KubernetesObject[],
    signal: AbortSignal,
  ): Promise<readonly Refusal[]> {
    const parts = { cluster: this.#cluster, resources: this.#resources };
    const { force } = this.#options;
    const { intents, refusals } = await inspect(parts, objects, { signal, force, compare: false });
    for (const { id, version } of intents) this.#versions.set(keyOf(id), version);
    return refusals;
  }

  /** @param all - of the project: written down before any of it is made, so that what a crash leaves is found again */
  async apply(
    objects: readonly KubernetesObject[],
    { all, signal }: { readonly all: readonly KubernetesObject[]; readonly signal: AbortSignal },
  ): Promise<PartOutcome> {
    const refusals: Refusal[] = [];
    let changed = false;
    const take = async (object: KubernetesObject, work: () => Promise<boolean>): Promise<void> => {
      try {
        if (await work()) changed = true;
      } catch (error) {
        signal.throwIfAborted();
        const found = refusalsOf(error, idOf(object), this.#cluster.target);
        if (found.length === 0) throw error;
        refusals.push(...found);
      }
    };
    // The namespace may be made for somebody's sake who has nothing else to apply yet.
    if (objects.some(({ kind }) => kind !== 'Namespace'))
      await (this.#begun ??= this.#begin(all, signal));
    // Pods are refused while what they name is not there, and then tried again at ever longer intervals.
    const waves = [objects.filter((object) => !runs(object)), objects.filter(runs)];
    for (const wave of waves) {
      if (refusals.length > 0) break;
      await inParallel(wave, (object) =>
        take(object, async () => {
          const resource = await this.#resources.find(object, signal);
          if (resource !== undefined) return this.#apply(object, resource, signal);
          refusals.push(await unknownKind(this.#resources, idOf(object), signal));
          return false;
        }),
      );
    }
    return refusals.length > 0 ? { kind: 'refused', refusals } : { kind: 'done', changed };
  }

  async #begin(all: readonly KubernetesObject[], signal: AbortSignal): Promise<void> {
    const { namespace } = this.#cluster.target;
    const ids: ObjectId[] = [];
    for (const object of all) {
      const resource = await this.#resources.find(object, signal);
      if (resource === undefined) continue;
      ids.push(placed(object, resource, this.#cluster).id);
      // The list itself lies in it.
      if (object.kind === 'Namespace' && object.metadata.name === namespace)
        await this.#apply(object, resource, signal);
    }
    const inventories = new Inventories(this.#cluster, this.#options.set);
    await inventories.change((known) => joined(known, ids), signal);
  }

  async #apply(
    written: KubernetesObject,
    resource: ResourceKind,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { id, whole } = placed(written, resource, this.#cluster);
    if (id.kind === 'Job' && !(await this.#isJobWanted(whole, resource, signal))) return false;
    const { force, sent } = this.#options;
    const answer = await this.#objects.apply(resource, { id, object: whole }, { signal, force });
    sent.note(answer);
    const before = this.#versions.get(keyOf(id));
    const { resourceVersion } = answer.metadata;
    this.#versions.set(keyOf(id), resourceVersion);
    return before !== resourceVersion;
  }

  /** One that is there and not to be another needs nothing; one that has failed, or cannot be changed, is made anew. */
  async #isJobWanted(
    job: KubernetesObject,
    resource: ResourceKind,
    signal: AbortSignal,
  ): Promise<boolean> {
    const parts = { cluster: this.#cluster, resources: this.#resources };
    const { force } = this.#options;
    const { intents } = await inspect(parts, [job], { signal, force });
    const [intent] = intents;
    if (intent?.kind !== 'replace') return intent?.kind !== 'same';
    const { uid } = intent.live?.metadata ?? {};
    const only = uid === undefined ? {} : { uid };
    await this.#objects.delete(resource, intent.id, { signal, ...only });
    await removed(this.#cluster, [{ resource, id: intent.id, ...only }], {
      signal,
      timeoutMs: TIMEOUT_MS,
    });
    return true;
  }
}
