/**
 * `log.index` beside a log says when its bytes were written: a row of entries, 16 bytes each, two doubles in little
 * endian. An entry means: what lies before `offset`, and after the entry before, was written at `atMs`, or a tenth of a
 * second earlier.
 */
export interface LogIndexEntry {
  /** Bytes from the start of the log. */
  readonly offset: number;
  /** Unix time in milliseconds; 0 where nobody was watching. */
  readonly atMs: number;
}

export const entryBytes = 16;

export function encodeEntry({ offset, atMs }: LogIndexEntry): Buffer {
  const bytes = Buffer.allocUnsafe(entryBytes);
  bytes.writeDoubleLE(offset, 0);
  bytes.writeDoubleLE(atMs, 8);
  return bytes;
}

/** The index as it was read; a torn last entry does not count. */
export class LogIndex {
  readonly #bytes: Buffer;
  readonly length: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.length = Math.floor(bytes.length / entryBytes);
  }

  at(position: number): LogIndexEntry | undefined {
    if (position < 0 || position >= this.length) return undefined;
    const from = position * entryBytes;
    return { offset: this.#bytes.readDoubleLE(from), atMs: this.#bytes.readDoubleLE(from + 8) };
  }

  last(): LogIndexEntry | undefined {
    return this.at(this.length - 1);
  }

  /** Position of the entry that covers a line which ends at `end`; `length` when none does yet. */
  covering(end: number): number {
    return this.#first((entry) => entry.offset >= end);
  }

  /** Offset before which everything is older than `atMs`. */
  offsetSince(atMs: number): number {
    // Entries of unknown time lie between known ones: they are as young as the next known one at most.
    const position = this.#first((entry, at) => this.#knownMs(entry, at) >= atMs);
    return this.at(position - 1)?.offset ?? 0;
  }

  #knownMs(entry: LogIndexEntry, at: number): number {
    for (
      let each: LogIndexEntry | undefined = entry;
      each !== undefined;
      each = this.at((at += 1))
    ) {
      if (each.atMs !== 0) return each.atMs;
    }
    return Infinity;
  }

  #first(matches: (entry: LogIndexEntry, position: number) => boolean): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.at(middle);
      if (entry !== undefined && matches(entry, middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
