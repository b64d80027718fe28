import type { Lease } from '../../../engine/lease.ts';
import type { Clock } from '../../../host/clock.ts';
import { ApiError, isNotFound } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Objects } from '../cluster/objects.ts';
import { builtIn, pathOf, pathOfKind } from '../cluster/resources.ts';
import type { ObjectId } from '../object.ts';
import { type ClusterHolder, hasEnded, holderHere } from './holder.ts';
import { Holding } from './holding.ts';
import { holderOf, leaseObject, type LeaseObject } from './lease-object.ts';

export interface ClusterLeaseOptions {
  readonly clock: Clock;
  /** Of the project: one lease each. */
  readonly name: string;
  /** Makes the namespace, where that is what is missing. */
  readonly makeNamespace: (signal: AbortSignal) => Promise<void>;
  /** A holder that was not heard of for so long has lost it. @defaultValue 30_000 */
  readonly durationMs?: number;
}

const DURATION_MS = 30_000;
/** Whoever is in the way of a write has just changed it: then it is looked at again. */
const TRIES = 5;
const RELEASE_MS = 5000;

/**
 * The lease of a project on a cluster, where every machine that deploys to it sees the same: an object that its holder
 * renews. One that is renewed no more is free when its time is up, and at once where its holder is known to have ended.
 */
export class ClusterLease implements Lease {
  readonly pollMs = 500;
  readonly #cluster: Cluster;
  readonly #options: ClusterLeaseOptions;
  readonly #durationMs: number;
  readonly #id: ObjectId;
  /** The renewal last seen, and since when: clocks of two machines need not agree. */
  #seen: { readonly version: string; readonly sinceMs: number } | undefined;
  #held: Holding | undefined;

  constructor(cluster: Cluster, options: ClusterLeaseOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#durationMs = options.durationMs ?? DURATION_MS;
    const { namespace } = cluster.target;
    const { apiVersion, kind } = builtIn.leases;
    this.#id = { apiVersion, kind, name: `bowline-${options.name}`, namespace };
  }

  /** It was ours, and may be another's by now. */
  get isLost(): boolean {
    return this.#held?.isLost === true;
  }

  async take(
    command: string,
    { signal }: { readonly signal: AbortSignal },
  ): ReturnType<Lease['take']> {
    const me = await holderHere(command, this.#options.clock.wallMs());
    for (let tried = 1; ; tried += 1) {
      const live = await this.#read(signal);
      const by = live === undefined ? undefined : holderOf(live);
      // A request of ours may have come through, and its answer not.
      const isOthers = by !== undefined && by.id !== me.id;
      if (live !== undefined && isOthers && !(await this.#isOver(live, by)))
        return { kind: 'held', by };
      try {
        return { kind: 'taken', lease: this.#hold(await this.#write(live, me, signal), me) };
      } catch (error) {
        signal.throwIfAborted();
        if (tried >= TRIES || !(await this.#isWorthAnotherTry(error, signal))) throw error;
      }
    }
  }

  async #isWorthAnotherTry(error: unknown, signal: AbortSignal): Promise<boolean> {
    if (error instanceof ApiError && error.status === 409) return true;
    if (!isNotFound(error)) return false;
    await this.#options.makeNamespace(signal);
    return true;
  }

  /** Its holder has ended, or was seen not to renew it. A clock that is wrong by some seconds takes nothing from anybody. */
  async #isOver(live: LeaseObject, by: ClusterHolder): Promise<boolean> {
    const { clock } = this.#options;
    const { leaseDurationSeconds = 0, renewTime = '' } = live.spec ?? {};
    const durationMs = leaseDurationSeconds * 1000;
    const version = live.metadata.resourceVersion ?? '';
    if (this.#seen?.version !== version) this.#seen = { version, sinceMs: clock.nowMs() };
    const isStill = clock.nowMs() - this.#seen.sinceMs > durationMs;
    const isFresh = clock.wallMs() - Date.parse(renewTime) <= 2 * durationMs;
    return isStill || !isFresh || (await hasEnded(by));
  }

  #hold(live: LeaseObject, me: ClusterHolder): Holder {
    const held = new Holding(live, {
      clock: this.#options.clock,
      durationMs: this.#durationMs,
      renew: (before, signal) => this.#pass(before, { from: me, to: me }, signal),
    });
    this.#held = held;
    return {
      fence: live.spec?.leaseTransitions ?? 0,
      release: async () => {
        const last = await held.end();
        this.#held = undefined;
        if (last === undefined) return;
        const signal = AbortSignal.timeout(RELEASE_MS);
        // Where it cannot be given back, it is free when its time is up.
        await this.#pass(last, { from: me, to: undefined }, signal).catch(() => {});
      },
    };
  }

  /**
   * Renews it or gives it back; undefined when it is another's. That it has changed since `before` need not mean that: a
   * renewal may have come through, and its answer not.
   */
  async #pass(
    before: LeaseObject,
    { from, to }: { readonly from: ClusterHolder; readonly to: ClusterHolder | undefined },
    signal: AbortSignal,
  ): Promise<LeaseObject | undefined> {
    try {
      return await this.#write(before, to, signal);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      const live = await this.#read(signal);
      if (live === undefined || holderOf(live)?.id !== from.id) return undefined;
      return this.#write(live, to, signal);
    }
  }

  async #read(signal: AbortSignal): Promise<LeaseObject | undefined> {
    return new Objects(this.#cluster).get(builtIn.leases, this.#id, signal);
  }

  /** Only if it is still as it was `before`. Without a holder it is free. */
  async #write(
    before: LeaseObject | undefined,
    holder: ClusterHolder | undefined,
    signal: AbortSignal,
  ): Promise<LeaseObject> {
    const nowMs = this.#options.clock.wallMs();
    const change = { before, holder, durationMs: this.#durationMs, nowMs };
    return this.#cluster.ask<LeaseObject>({
      method: before === undefined ? 'POST' : 'PUT',
      path:
        before === undefined
          ? pathOfKind(builtIn.leases, this.#id.namespace)
          : pathOf(builtIn.leases, this.#id),
      body: leaseObject(this.#id, change),
      signal,
    });
  }
}

interface Holder {
  readonly fence: number;
  release(): Promise<void>;
}
