import { writeFileAtomically } from '../../../host/atomic-file.ts';
import type { UnitSpec } from '../unit.ts';
import type { HealthState } from './health.ts';
import { readIfThere, type UnitFiles } from './unit-files.ts';
import type { UnitState } from './unit-state.ts';

/** What a later daemon needs to go on. */
export interface StoredUnit {
  /** Version of this shape. */
  readonly format: 1;
  /** The version of bowline that wrote it. */
  readonly writtenBy: string;
  /** The boot in which the processes were seen. */
  readonly boot: string;
  readonly createdAtMs: number;
  readonly state: UnitState;
  readonly health?: HealthState;
}

/** A state file of a later version, which this one does not understand. */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError';
  readonly path: string;
  readonly writtenBy: string;

  constructor(path: string, writtenBy: string) {
    super(`${path} was written by bowline ${writtenBy}`);
    this.path = path;
    this.writtenBy = writtenBy;
  }
}

/**
 * Reads what is known of a unit. Absent when its specification is missing or damaged.
 *
 * @throws {NewerFormatError}
 */
export function readStored(
  files: UnitFiles,
): { readonly spec: UnitSpec; readonly stored?: StoredUnit } | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the file is this program's own
  const spec = parsed(files.spec) as UnitSpec | undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the file is this program's own
  const stored = parsed(files.state) as StoredUnit | undefined;
  if (spec === undefined) return undefined;
  return stored === undefined ? { spec } : { spec, stored };
}

/**
 * Writes the states of one file one after the other; of those that come while one is being written, only the last.
 */
export class StateFile {
  readonly #path: string;
  readonly #onError: (error: unknown) => void;
  #next: string | undefined;
  #writing: Promise<void> | undefined;

  constructor(path: string, onError: (error: unknown) => void) {
    this.#path = path;
    this.#onError = onError;
  }

  /** Resolves when this state, or a later one, is in the file, or could not be written. */
  async write(stored: StoredUnit): Promise<void> {
    this.#next = JSON.stringify(stored);
    this.#writing ??= this.#writeAll();
    await this.#writing;
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#next !== undefined) {
      const text = this.#next;
      this.#next = undefined;
      try {
        await writeFileAtomically(this.#path, text);
      } catch (error) {
        // A full disk must not end the supervision of what runs.
        this.#onError(error);
      }
    }
    this.#writing = undefined;
  }
}

/** Parses a file that this program wrote: only its version is in doubt. */
function parsed(path: string): { readonly format: 1 } | undefined {
  const text = readIfThere(path);
  if (text === '') return undefined;
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value?.format !== 'number') return undefined;
  if (value.format > 1) {
    throw new NewerFormatError(path, String(value.writtenBy ?? 'of a later version'));
  }
  return value;
}
