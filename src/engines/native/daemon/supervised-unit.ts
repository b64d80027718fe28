import { rm } from 'node:fs/promises';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import type { Clock } from '../../../host/clock.ts';
import { isAlive } from '../../../host/process-identity.ts';
import type { ProcessScanner } from '../../../host/process-scanner.ts';
import type { UnitRecord, UnitSpec } from '../unit.ts';
import { type HealthState, startingHealth } from './health.ts';
import { recordOf } from './record-of.ts';
import { parseExit } from './recorder.ts';
import { endedAtMs, endOf, findStarted, startUnit, type StartedUnit } from './start-unit.ts';
import { StateFile, type StoredUnit } from './stored-unit.ts';
import { readIfThere, type UnitFiles } from './unit-files.ts';
import { hasProcesses, isActive, next, type UnitEvent, type UnitState } from './unit-state.ts';
import { UnitRun } from './unit-run.ts';
import type { Straggler } from './unit-tree.ts';

/** What all units of a daemon share. */
export interface UnitSurroundings {
  readonly boot: string;
  readonly build: string;
  readonly clock: Clock;
  readonly scanner: ProcessScanner;
  /** The variable by which the processes of a unit are known, with its value. */
  readonly markerOf: (name: string) => readonly [name: string, value: string];
  /** State or health have changed. */
  readonly onChange: (unit: SupervisedUnit) => void;
  /** Nobody's fault but ours; the supervision goes on. */
  readonly onError: (error: unknown) => void;
}

/** One unit and its processes: carries out what `next` says. */
export class SupervisedUnit {
  readonly files: UnitFiles;
  readonly #around: UnitSurroundings;
  readonly #file: StateFile;
  #spec: UnitSpec;
  #state: UnitState = { kind: 'created' };
  #health: HealthState | undefined;
  #createdAtMs: number;
  #run: UnitRun | undefined;
  #starting: Promise<void> | undefined;
  /** Resolves when the processes, and what they left behind, have ended. */
  #over: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  /** Aborted when the daemon leaves. */
  readonly #leaving = new AbortController();

  constructor(spec: UnitSpec, files: UnitFiles, around: UnitSurroundings) {
    this.files = files;
    this.#around = around;
    this.#file = new StateFile(files.state, around.onError);
    this.#spec = spec;
    this.#createdAtMs = around.clock.wallMs();
  }

  get state(): UnitState {
    return this.#state;
  }

  get fingerprint(): string {
    return this.#spec.fingerprint;
  }

  get record(): UnitRecord {
    const health = this.#health;
    return recordOf(this.#spec, this.#state, { createdAtMs: this.#createdAtMs, health });
  }

  /** Resolves when nothing is on its way: it runs, waits or has ended. */
  async settled(): Promise<void> {
    await this.#starting?.catch(() => {});
    if (this.#state.kind === 'stopping' || this.#state.kind === 'sweeping') await this.#over;
  }

  /**
   * Starts it, with another specification if need be. What has processes is left alone.
   *
   * @throws the system's error when it cannot be started.
   */
  async start(spec: UnitSpec): Promise<void> {
    await this.settled();
    if (hasProcesses(this.#state)) return this.settled();
    clearTimeout(this.#timer);
    const fresh = this.#state.kind === 'created' || spec.fingerprint !== this.#spec.fingerprint;
    if (fresh) this.#createdAtMs = this.#around.clock.wallMs();
    this.#spec = spec;
    this.#apply({ kind: 'start' });
    await this.#start(fresh);
  }

  /**
   * Asks the main process to end, then ends the rest of the tree; resolves when all of it is gone. Called again, it may
   * shorten the time that is left.
   */
  async stop(graceMs: number = this.#spec.stopGraceMs): Promise<readonly Straggler[]> {
    await this.#starting?.catch(() => {});
    clearTimeout(this.#timer);
    this.#apply({ kind: 'stop', atMs: this.#around.clock.wallMs() });
    const run = this.#run;
    if (run !== undefined && hasProcesses(this.#state)) {
      await run.stop(graceMs);
      await this.#over;
    }
    await this.#file.settled();
    return run?.stragglers ?? [];
  }

  /** Goes on where an earlier daemon was. */
  async adopt({ boot, state, health, createdAtMs }: StoredUnit): Promise<void> {
    this.#createdAtMs = createdAtMs;
    this.#state = state;
    this.#health = this.#spec.healthcheck && (health ?? startingHealth);
    if (!isActive(state)) return;
    if (boot !== this.#around.boot) return this.#endWithBoot(state);
    if (state.kind === 'backing-off') return this.#startAt(state.nextStartAtMs);
    if (state.kind === 'starting') {
      const found = await this.#findStarted();
      if (found === undefined) {
        this.#start(false).catch(this.#around.onError);
        return;
      }
      this.#apply({ kind: 'spawned', ...found });
    }
    if (!hasProcesses(this.#state) || !('recorder' in this.#state)) return;
    const live = this.#state;
    const ownsSession = await isAlive(live.recorder);
    const ended = endOf(this.files, live.recorder, this.#leaving.signal);
    this.#attend({ ...live, ended }, { startedAtMs: live.startedAtMs, ownsSession });
    if (live.kind === 'stopping') this.stop().catch(this.#around.onError);
  }

  /** The daemon leaves: the processes stay. */
  async leave(): Promise<void> {
    await this.#starting?.catch(() => {});
    clearTimeout(this.#timer);
    this.#leaving.abort();
    this.#run?.close();
    await this.#file.settled();
  }

  /** Forgets it: removes its files. */
  async remove(): Promise<void> {
    await this.leave();
    await rm(this.files.folder, { recursive: true, force: true });
  }

  #apply(event: UnitEvent): void {
    const before = this.#state;
    this.#state = next(before, event, this.#spec.restart);
    if (this.#state !== before) this.#changed();
  }

  #changed(): void {
    void this.#save();
    this.#around.onChange(this);
  }

  async #save(): Promise<void> {
    const { boot, build } = this.#around;
    await this.#file.write({
      format: 1,
      writtenBy: build,
      boot,
      createdAtMs: this.#createdAtMs,
      state: this.#state,
      ...(this.#health === undefined ? {} : { health: this.#health }),
    });
  }

  async #start(fresh: boolean): Promise<void> {
    this.#starting = this.#startNow(fresh);
    try {
      await this.#starting;
    } finally {
      this.#starting = undefined;
    }
  }

  async #startNow(fresh: boolean): Promise<void> {
    const { clock, markerOf } = this.#around;
    const startedAtMs = clock.wallMs();
    this.#health = this.#spec.healthcheck && startingHealth;
    try {
      // On disk before there is a process: a daemon that dies now is followed by one that looks for it.
      await writeFileAtomically(this.files.spec, JSON.stringify(this.#spec));
      await this.#save();
      const [name, value] = markerOf(this.#spec.name);
      const marker = { [name]: value };
      const started = await startUnit(this.#spec, { files: this.files, marker, fresh });
      this.#apply({ kind: 'spawned', ...started, atMs: startedAtMs });
      this.#attend(started, { startedAtMs, ownsSession: true });
      await this.#file.settled();
    } catch (error) {
      this.#apply({ kind: 'spawn-failed', exit: { kind: 'unknown' }, atMs: clock.wallMs() });
      throw error;
    }
  }

  /** What an earlier daemon was just starting; waits for a recorder that is there and has not said so yet. */
  async #findStarted(): ReturnType<typeof findStarted> {
    const { scanner, markerOf, clock } = this.#around;
    const [, marker] = markerOf(this.#spec.name);
    for (let tries = 0; tries < 20; tries += 1) {
      const found = await findStarted(this.files);
      if (found !== undefined) return found;
      const table = await scanner.scan();
      const rows = [...table.rows.values()];
      if (!rows.some((row) => !row.zombie && table.markerOf(row) === marker)) return undefined;
      await clock.sleep(50, this.#leaving.signal);
    }
    return undefined;
  }

  #attend(
    started: StartedUnit,
    { startedAtMs, ownsSession }: { readonly startedAtMs: number; readonly ownsSession: boolean },
  ): void {
    const { clock, scanner, markerOf, onError } = this.#around;
    const run = new UnitRun(started, {
      spec: this.#spec,
      files: this.files,
      clock,
      scanner,
      marker: markerOf(this.#spec.name),
      ageMs: clock.wallMs() - startedAtMs,
      ownsSession,
      health: this.#health,
      onHealth: (health) => this.#observeHealth(health),
      onError,
    });
    this.#run = run;
    this.#over = this.#untilOver(run).catch((error: unknown) => {
      if (!this.#leaving.signal.aborted) onError(error);
    });
  }

  async #untilOver(run: UnitRun): Promise<void> {
    const exit = await run.ended;
    this.#leaving.signal.throwIfAborted();
    const atMs = (await endedAtMs(this.files)) ?? this.#around.clock.wallMs();
    this.#apply({ kind: 'ended', exit });
    await run.sweep();
    this.#leaving.signal.throwIfAborted();
    this.#apply({ kind: 'swept', atMs, jitter: Math.random() * 2 - 1 });
    if (this.#state.kind === 'backing-off') this.#startAt(this.#state.nextStartAtMs);
  }

  #startAt(atMs: number): void {
    const inMs = Math.max(0, atMs - this.#around.clock.wallMs());
    this.#timer = setTimeout(() => {
      this.#apply({ kind: 'due' });
      if (this.#state.kind === 'starting') this.#start(false).catch(this.#around.onError);
    }, inMs);
  }

  #observeHealth(health: HealthState): void {
    const before = this.#health;
    this.#health = health;
    if (before?.kind !== health.kind) this.#changed();
    else if (before.lastOutput !== health.lastOutput) this.#around.onChange(this);
  }

  /** The machine was started anew: nothing of it runs. What is to run then is for `up` to say. */
  async #endWithBoot(state: UnitState): Promise<void> {
    const exit = parseExit(readIfThere(this.files.exit)) ?? { kind: 'unknown' };
    const finishedAtMs = (await endedAtMs(this.files)) ?? this.#around.clock.wallMs();
    const restarts = 'restarts' in state ? state.restarts : 0;
    this.#state = { kind: 'exited', exit, finishedAtMs, stopped: false, restarts };
    this.#changed();
  }
}
