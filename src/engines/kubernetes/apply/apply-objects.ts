import type { Clock } from '../../../host/clock.ts';
import type { EventBody, ObjectChange } from '../../../model/event.ts';
import { ExitCode } from '../../../model/exit-code.ts';
import { type Finding, RunError } from '../../../model/finding.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { failureOf } from '../cluster/explain-failure.ts';
import { Objects } from '../cluster/objects.ts';
import { Resources, type ResourceKind } from '../cluster/resources.ts';
import { idOf, keyOf, type KubernetesObject, type ObjectId, titleOf } from '../object.ts';
import { track, type TrackOutcome } from '../track/track.ts';
import type { Workload } from '../track/wire.ts';
import { objectEvent } from './object-event.ts';
import { inParallel } from './in-parallel.ts';
import { inspect, type Intent } from './inspect.ts';
import { Inventories, joined, without } from './inventory.ts';
import { prune } from './prune.ts';
import { type Refusal, refusalsOf } from './refusal.ts';
import { removed } from './removed.ts';
import { volumeIsFree } from './volume-is-free.ts';
import { type Wave, wavesOf } from './waves.ts';

export interface ApplyObjectsOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
  /** Under which name it is remembered what was applied. */
  readonly set: string;
  /** Take away what was applied under this name before and is not among the objects. */
  readonly prune: boolean;
  /** Take fields over that others have set. */
  readonly force: boolean;
  /** Only say what would be done. */
  readonly dryRun: boolean;
  /** `order`: only for what must work before others begin. */
  readonly wait: 'everything' | 'order' | 'nothing';
  readonly timeoutMs: number;
}

export type ApplyOutcome =
  | { readonly kind: 'done'; readonly intents: readonly Intent[] }
  /** The cluster does not take the objects as they are. */
  | {
      readonly kind: 'refused';
      readonly refusals: readonly Refusal[];
      /** Nothing was changed. */
      readonly isUntouched: boolean;
    }
  | {
      readonly kind: 'failed' | 'timed-out';
      readonly findings: readonly Finding[];
      /** How the cluster was left, a clause each. */
      readonly state: readonly string[];
    };

/**
 * Makes the cluster have these objects: asks about all of them first, applies them wave by wave, and follows them until
 * they work.
 *
 * @throws {RunError} when the cluster cannot be reached or does not allow it.
 */
export async function applyObjects(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  options: ApplyObjectsOptions,
): Promise<ApplyOutcome> {
  try {
    return await new Application(cluster, options).run(objects);
  } catch (error) {
    options.signal.throwIfAborted();
    throw failureOf(error, cluster.target);
  }
}

class Application {
  readonly #cluster: Cluster;
  readonly #objects: Objects;
  readonly #resources: Resources;
  readonly #inventories: Inventories;
  readonly #options: ApplyObjectsOptions;

  constructor(cluster: Cluster, options: ApplyObjectsOptions) {
    this.#cluster = cluster;
    this.#objects = new Objects(cluster);
    this.#resources = new Resources(cluster);
    this.#inventories = new Inventories(cluster, options.set);
    this.#options = options;
  }

  async run(objects: readonly KubernetesObject[]): Promise<ApplyOutcome> {
    const { signal, dryRun, emit } = this.#options;
    const parts = { cluster: this.#cluster, resources: this.#resources };
    const { intents, refusals } = await inspect(parts, objects, this.#options);
    if (refusals.length > 0) return { kind: 'refused', refusals, isUntouched: true };
    const { objects: before } = await this.#inventories.read(signal);
    const ids = intents.map(({ id }) => id);
    const gone = this.#options.prune ? without(before, ids) : [];
    if (gone.length > 0 && gone.length === before.length) throw otherSet(this.#options.set, before);
    if (dryRun) {
      for (const { id, kind } of intents) emit(objectEvent(id, WOULD_BECOME[kind]));
      for (const id of gone) emit(objectEvent(id, 'deleted'));
      return { kind: 'done', intents };
    }
    // Written before anything is made: what a crash leaves behind is found again.
    if (intents.some(({ kind }) => kind !== 'same') || before.length === 0) {
      await this.#makeTargetNamespace(intents);
      await this.#inventories.change((known) => joined(known, ids), signal);
    }
    return this.#applyWaves(intents, gone);
  }

  async #applyWaves(intents: readonly Intent[], gone: readonly ObjectId[]): Promise<ApplyOutcome> {
    const byObject = new Map(intents.map((intent) => [intent.object, intent]));
    const waves = wavesOf(intents.map(({ object }) => object)).map((wave) => ({
      ...wave,
      intents: wave.objects.flatMap((object) => byObject.get(object) ?? []),
    }));
    const pending: ObjectId[] = [];
    for (const [index, wave] of waves.entries()) {
      const refusals = await this.#applyAll(wave.intents);
      if (refusals.length > 0) return { kind: 'refused', refusals, isUntouched: false };
      pending.push(...wave.intents.map(({ id }) => id));
      const isLast = index === waves.length - 1;
      if (wave.intents.some(({ id }) => id.kind === 'CustomResourceDefinition'))
        this.#resources.forget();
      if (!this.#isAwaited(wave, isLast)) continue;
      const outcome = await this.#track(pending.splice(0), intents);
      if (outcome.kind !== 'done') {
        const untouched = waves.slice(index + 1).flatMap((each) => each.intents);
        return { ...outcome, state: await this.#stateOf(wave.intents, untouched) };
      }
    }
    await this.#prune(gone);
    return { kind: 'done', intents };
  }

  async #applyAll(intents: readonly Intent[]): Promise<readonly Refusal[]> {
    const refusals: Refusal[] = [];
    await inParallel(intents, async (intent) => {
      try {
        await this.#apply(intent);
      } catch (error) {
        this.#options.signal.throwIfAborted();
        const found = refusalsOf(error, intent.id, this.#cluster.target);
        if (found.length === 0) throw error;
        refusals.push(...found);
      }
    });
    return refusals;
  }

  async #apply(intent: Intent): Promise<void> {
    const { kind, object, live } = intent;
    const { signal, force, emit } = this.#options;
    if (kind === 'same') {
      emit(objectEvent(intent.id, 'unchanged'));
      return;
    }
    const resource = intent.resource ?? (await this.#laterKind(object));
    const { id, whole } = placed(object, resource, this.#cluster);
    if (kind === 'replace') {
      const { uid } = live?.metadata ?? {};
      await this.#objects.delete(resource, id, { signal, ...(uid !== undefined && { uid }) });
      await removed(
        this.#cluster,
        [{ resource, id, ...(uid !== undefined && { uid }) }],
        this.#options,
      );
    }
    await this.#objects.apply(resource, { id, object: whole }, { signal, force });
    if (id.kind === 'PersistentVolume') await volumeIsFree(this.#objects, { resource, id }, signal);
    emit(objectEvent(id, DONE[kind]));
  }

  /** The kind of an object whose definition was applied a moment ago. */
  async #laterKind(object: KubernetesObject): Promise<ResourceKind> {
    const { clock, signal } = this.#options;
    for (let tried = 0; ; tried += 1) {
      this.#resources.forget();
      const resource = await this.#resources.find(object, signal);
      if (resource !== undefined) return resource;
      if (tried > 30)
        throw new Error(`the cluster does not serve ${object.kind} although it is defined`);
      await clock.sleep(500, signal);
    }
  }

  /** The inventory lies in the namespace that may be made only now. */
  async #makeTargetNamespace(intents: readonly Intent[]): Promise<void> {
    const { namespace } = this.#cluster.target;
    const ours = intents.find(
      ({ id, kind }) => id.kind === 'Namespace' && id.name === namespace && kind === 'create',
    );
    if (ours !== undefined) await this.#apply(ours);
  }

  #isAwaited({ name, awaited }: Wave, isLast: boolean): boolean {
    const { wait } = this.#options;
    // Namespaces and definitions are there at once, or nearly: whoever needs one asks until it is there.
    if (wait === 'nothing' || (name === 'foundations' && !isLast)) return false;
    return awaited || (isLast && wait === 'everything');
  }

  #track(ids: readonly ObjectId[], intents: readonly Intent[]): Promise<TrackOutcome> {
    const same = intents.filter(({ kind }) => kind === 'same').map(({ id }) => keyOf(id));
    return track(this.#cluster, ids, { ...this.#options, quiet: new Set(same) });
  }

  /** What was not begun, and what of the old version goes on. */
  async #stateOf(
    failed: readonly Intent[],
    untouched: readonly Intent[],
  ): Promise<readonly string[]> {
    const { signal } = this.#options;
    const serving = await Promise.all(
      failed.map(async ({ id, resource, live }) => {
        if (id.kind !== 'Deployment' || resource === undefined || live === undefined) return [];
        const found: Workload | undefined = await this.#objects.get(resource, id, signal);
        const { availableReplicas = 0 } = found?.status ?? {};
        return availableReplicas === 0
          ? []
          : [`${titleOf(id)}: ${availableReplicas} of the old version still serve`];
      }),
    );
    const kept = untouched.map(({ id }) => titleOf(id));
    return [...serving.flat(), ...(kept.length > 0 ? [`not begun: ${kept.join(', ')}`] : [])];
  }

  async #prune(gone: readonly ObjectId[]): Promise<void> {
    if (gone.length === 0) return;
    const { signal } = this.#options;
    const parts = { cluster: this.#cluster, resources: this.#resources };
    const taken = await prune(parts, gone, this.#options);
    await this.#inventories.change((known) => without(known, taken), signal);
  }
}

/** Not one object in common: rather another project that happens to be called the same. */
function otherSet(set: string, before: readonly ObjectId[]): RunError {
  const names = before.slice(0, 5).map(titleOf);
  return new RunError(
    [
      {
        code: 'kubernetes/other-set',
        cause: `nothing of this was ever applied under the name ${set}, but ${before.length} other objects were`,
        proof: [`${names.join(', ')}${before.length > names.length ? ', …' : ''}`],
        fix: [
          'If this is another project, give it a name of its own: -p NAME.',
          'If all of those are to go, delete them first; --no-prune leaves them where they are.',
        ],
      },
    ],
    { exitCode: ExitCode.wrong },
  );
}

const WOULD_BECOME: Readonly<Record<Intent['kind'], ObjectChange>> = {
  create: 'created',
  unknown: 'created',
  change: 'changed',
  same: 'unchanged',
  replace: 'replaced',
};
const DONE = {
  create: 'created',
  unknown: 'created',
  change: 'changed',
  replace: 'replaced',
} as const;

export function placed(
  object: KubernetesObject,
  { namespaced }: ResourceKind,
  { target }: Cluster,
): { readonly id: ObjectId; readonly whole: KubernetesObject } {
  const { namespace, ...metadata } = object.metadata;
  const whole = namespaced
    ? { ...object, metadata: { ...metadata, namespace: namespace ?? target.namespace } }
    : { ...object, metadata };
  return { id: idOf(whole), whole };
}
