import type { Clock } from '../../../host/clock.ts';
import type { ExitStatus } from '../../../host/exit-status.ts';
import type { ProcessScanner } from '../../../host/process-scanner.ts';
import { IndexWriter } from '../logs/index-writer.ts';
import type { UnitSpec } from '../unit.ts';
import type { HealthState } from './health.ts';
import { runProbe } from './probe.ts';
import { runProber } from './run-prober.ts';
import type { StartedUnit } from './start-unit.ts';
import type { UnitFiles } from './unit-files.ts';
import { type Straggler, UnitTree } from './unit-tree.ts';

export interface UnitRunOptions {
  readonly spec: UnitSpec;
  readonly files: UnitFiles;
  readonly clock: Clock;
  readonly scanner: ProcessScanner;
  /** The variable by which the processes are known, with its value. */
  readonly marker: readonly [name: string, value: string];
  /** Milliseconds since the start of the processes. */
  readonly ageMs: number;
  /** False: found dead, so that its number may belong to another session by now. */
  readonly ownsSession: boolean;
  /** Absent without a healthcheck. */
  readonly health: HealthState | undefined;
  readonly onHealth: (health: HealthState) => void;
  readonly onError: (error: unknown) => void;
}

/** The processes of one start of a unit, from the start or the adoption to the end of the last of them. */
export class UnitRun {
  readonly ended: Promise<ExitStatus>;
  readonly #options: UnitRunOptions;
  readonly #tree: UnitTree;
  readonly #index: IndexWriter;
  readonly #probing = new AbortController();
  readonly #hurry = new AbortController();
  #graceEndsMs = Infinity;
  #hurryTimer: NodeJS.Timeout | undefined;
  #asked: Promise<void> | undefined;
  #closed = false;

  constructor({ recorder, main, ended }: StartedUnit, options: UnitRunOptions) {
    const { spec, files, clock, scanner, marker, ownsSession } = options;
    this.ended = ended;
    this.#options = options;
    this.#index = new IndexWriter(files.log, files.index, clock);
    this.#tree = new UnitTree({
      scanner,
      marker: marker[1],
      recorder,
      ownsSession,
      ...(main === undefined ? {} : { main }),
      ...(spec.ownsDirectory === undefined ? {} : { ownsDirectory: spec.ownsDirectory }),
    });
    void this.#probe();
  }

  /** What had to be killed. */
  get stragglers(): readonly Straggler[] {
    return this.#tree.stragglers;
  }

  /**
   * Sends the stop signal to the main process, and kills everything when it has not ended in time. Called again, it can
   * only shorten the time. Resolves with the end of the main process.
   */
  async stop(graceMs: number): Promise<void> {
    const endsMs = performance.now() + graceMs;
    if (endsMs < this.#graceEndsMs) {
      this.#graceEndsMs = endsMs;
      clearTimeout(this.#hurryTimer);
      this.#hurryTimer = setTimeout(() => this.#hurry.abort(), Math.min(graceMs, 0x7fff_ffff));
    }
    this.#asked ??= this.#askToEnd();
    await this.#asked;
  }

  /** Ends what the main process has left behind. */
  async sweep(): Promise<void> {
    this.#probing.abort();
    const graceEndsMs = this.#asked === undefined ? 0 : this.#graceEndsMs;
    await this.#tree.sweep(graceEndsMs, this.#hurry.signal);
    this.close();
  }

  /** Stops looking; the processes stay. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#probing.abort();
    clearTimeout(this.#hurryTimer);
    this.#tree.close();
    this.#index.close();
  }

  async #askToEnd(): Promise<void> {
    const { spec } = this.#options;
    this.#probing.abort();
    // Before the signal: later, children have other parents, and some have overwritten their environment.
    await this.#tree.members();
    const hurried = new Promise<void>((resolve) => {
      this.#hurry.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    if (!this.#hurry.signal.aborted) {
      await this.#tree.signalMain(spec.stopSignal);
      await Promise.race([this.ended, hurried]);
    }
    if (this.#hurry.signal.aborted) await this.#tree.kill();
    await this.ended;
  }

  async #probe(): Promise<void> {
    const { spec, marker, ageMs, health, onHealth, onError } = this.#options;
    const { healthcheck, runAs } = spec;
    if (healthcheck === undefined || health === undefined) return;
    const environment = { [marker[0]]: marker[1] };
    try {
      await runProber({
        schedule: healthcheck,
        look: (signal) =>
          runProbe(healthcheck.probe, {
            timeoutMs: healthcheck.timeoutMs,
            marker: environment,
            signal,
            ...(runAs === undefined ? {} : { runAs }),
          }),
        initial: health,
        ageMs,
        onHealth: (seen) => {
          this.#tree.lookAtMain();
          if (!this.#probing.signal.aborted) onHealth(seen);
        },
        signal: this.#probing.signal,
      });
    } catch (error) {
      onError(error);
    }
  }
}
