import { readdir } from 'node:fs/promises';

import { systemClock } from '../../../host/clock.ts';
import type { ProjectDirectories } from '../../../host/directories.ts';
import { ProcessScanner } from '../../../host/process-scanner.ts';
import { shortIdOf } from '../../../host/short-id.ts';
import type { UnitSpec } from '../unit.ts';
import type { WatchMessage } from './protocol.ts';
import { readStored } from './stored-unit.ts';
import { SupervisedUnit, type UnitSurroundings } from './supervised-unit.ts';
import { isUnitName, unitFilesOf } from './unit-files.ts';
import { hasProcesses, isActive } from './unit-state.ts';

/** The variable by which the processes of a unit are known. */
const markerVariable = 'BOWLINE_UNIT';

export interface DaemonOptions {
  readonly directories: ProjectDirectories;
  readonly boot: string;
  readonly build: string;
  readonly onError: (error: unknown) => void;
}

/** The units of one project. Spawns, probes, restarts, stops and records; plans nothing. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #around: UnitSurroundings;
  readonly #units = new Map<string, SupervisedUnit>();
  readonly #listeners = new Set<(message: WatchMessage) => void>();

  constructor(options: DaemonOptions) {
    const { boot, build, directories, onError } = options;
    const id = shortIdOf(directories.state);
    this.#options = options;
    this.#around = {
      boot,
      build,
      clock: systemClock,
      scanner: new ProcessScanner(markerVariable),
      markerOf: (name) => [markerVariable, `${id}/${name}`],
      onChange: (unit) => this.#tell({ kind: 'unit', unit: unit.record }),
      onError,
    };
  }

  /**
   * Takes over every unit that has files.
   *
   * @throws {NewerFormatError} before anything is touched.
   */
  async adopt(): Promise<void> {
    const names = (await namesIn(this.#options.directories.units)).filter(isUnitName);
    const found = names.flatMap((name) => {
      const files = unitFilesOf(this.#options.directories.units, name);
      const read = readStored(files);
      return read === undefined ? [] : [{ name, files, ...read }];
    });
    await Promise.all(
      found.map(async ({ name, files, spec, stored }) => {
        const unit = new SupervisedUnit(spec, files, this.#around);
        this.#units.set(name, unit);
        if (stored !== undefined) await unit.adopt(stored);
      }),
    );
  }

  /** True while a unit runs, waits for its restart or is being stopped. */
  get isBusy(): boolean {
    return [...this.#units.values()].some(({ state }) => isActive(state));
  }

  units(): readonly SupervisedUnit[] {
    return [...this.#units.values()];
  }

  unit(name: string): SupervisedUnit | undefined {
    return this.#units.get(name);
  }

  /**
   * Starts a unit, unless the same one runs. `busy`: another one of that name runs.
   *
   * @throws the system's error when it cannot be started.
   */
  async put(spec: UnitSpec): Promise<'started' | 'unchanged' | 'busy'> {
    const unit = this.#units.get(spec.name) ?? this.#add(spec);
    await unit.settled();
    if (hasProcesses(unit.state)) {
      return unit.fingerprint === spec.fingerprint ? 'unchanged' : 'busy';
    }
    await unit.start(spec);
    return 'started';
  }

  /** Forgets a unit that does not run. False: it runs. */
  async remove(name: string): Promise<boolean> {
    const unit = this.#units.get(name);
    if (unit === undefined) return true;
    await unit.settled();
    if (hasProcesses(unit.state)) return false;
    this.#units.delete(name);
    await unit.remove();
    this.#tell({ kind: 'removed', name });
    return true;
  }

  /** First what is there, then what changes. */
  watch(listener: (message: WatchMessage) => void): () => void {
    for (const { record } of this.#units.values()) listener({ kind: 'unit', unit: record });
    listener({ kind: 'ready' });
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Leaves the processes to a later daemon. */
  async leave(): Promise<void> {
    await Promise.all(this.units().map((unit) => unit.leave()));
  }

  #add(spec: UnitSpec): SupervisedUnit {
    const files = unitFilesOf(this.#options.directories.units, spec.name);
    const unit = new SupervisedUnit(spec, files, this.#around);
    this.#units.set(spec.name, unit);
    return unit;
  }

  #tell(message: WatchMessage): void {
    for (const listener of this.#listeners) listener(message);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
