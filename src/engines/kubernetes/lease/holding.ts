import type { Clock } from '../../../host/clock.ts';
import type { LeaseObject } from './lease-object.ts';

export interface HoldingOptions {
  readonly clock: Clock;
  readonly durationMs: number;
  /** Gives it as it is then; undefined when it is another's. */
  readonly renew: (before: LeaseObject, signal: AbortSignal) => Promise<LeaseObject | undefined>;
}

/** A request that gets lost now and then must not cost the lease. */
const RENEWALS = 4;

/** A lease while it is ours: renewed until it is given back, or is another's. */
export class Holding {
  readonly #options: HoldingOptions;
  readonly #over = new AbortController();
  readonly #renewing: Promise<void>;
  #live: LeaseObject;
  #renewedMs: number;
  #isAnothers = false;

  constructor(live: LeaseObject, options: HoldingOptions) {
    this.#options = options;
    this.#live = live;
    this.#renewedMs = options.clock.wallMs();
    this.#renewing = this.#keep();
  }

  /** By the wall clock: a machine that slept does not know how long. */
  get isLost(): boolean {
    const { clock, durationMs } = this.#options;
    return this.#isAnothers || clock.wallMs() - this.#renewedMs > durationMs;
  }

  /** As it was left; undefined when it is another's. */
  async end(): Promise<LeaseObject | undefined> {
    this.#over.abort();
    await this.#renewing;
    return this.#isAnothers ? undefined : this.#live;
  }

  async #keep(): Promise<void> {
    const { clock, durationMs, renew } = this.#options;
    const { signal } = this.#over;
    while (!signal.aborted && !this.#isAnothers) {
      try {
        await clock.sleep(durationMs / RENEWALS, signal);
        const atMs = clock.wallMs();
        const live = await renew(this.#live, signal);
        if (live === undefined) this.#isAnothers = true;
        else [this.#live, this.#renewedMs] = [live, atMs];
      } catch {
        // Given back; or the cluster does not answer just now, and is asked again.
      }
    }
  }
}
