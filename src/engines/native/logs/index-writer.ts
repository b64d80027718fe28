import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';

import { type Clock, systemClock } from '../../../host/clock.ts';
import { watchPath } from '../../../host/watch-path.ts';
import { encodeEntry, entryBytes, type LogIndexEntry } from './log-index.ts';

/** Milliseconds between two looks at a log that grows. */
const lookMs = 100;
/** Looks without growth after which the system is asked to give notice instead. */
const quietLooks = 3;

/**
 * Writes down when a log grows. A log that does not grow costs nothing; a log that does is looked at ten times a second
 * however fast it grows, for a notice of each write would cost more than the write.
 *
 * File calls are synchronous: each takes a few microseconds, and a promise many times that.
 */
export class IndexWriter {
  readonly #log: string;
  readonly #clock: Clock;
  readonly #descriptor: number;
  #last: LogIndexEntry;
  #quiet = 0;
  #timer: NodeJS.Timeout | undefined;
  #unwatch: () => void = () => {};

  /** Goes on with the index that is there. What the log has gained since then has no known time. */
  constructor(log: string, index: string, clock: Clock = systemClock) {
    this.#log = log;
    this.#clock = clock;
    this.#descriptor = openSync(index, 'a+', 0o600);
    this.#last = this.#readLast();
    this.#fillGap();
    this.#watch();
  }

  close(): void {
    this.#look();
    this.#unwatch();
    clearInterval(this.#timer);
    closeSync(this.#descriptor);
  }

  #readLast(): LogIndexEntry {
    const { size } = fstatSync(this.#descriptor);
    const whole = size - (size % entryBytes);
    if (whole !== size) ftruncateSync(this.#descriptor, whole);
    if (whole === 0) return { offset: 0, atMs: 0 };
    const bytes = Buffer.alloc(entryBytes);
    readSync(this.#descriptor, bytes, 0, entryBytes, whole - entryBytes);
    return { offset: bytes.readDoubleLE(0), atMs: bytes.readDoubleLE(8) };
  }

  #fillGap(): void {
    const { size, mtimeMs } = statSync(this.#log);
    if (size < this.#last.offset) this.#look();
    if (size <= this.#last.offset) return;
    const watched = mtimeMs - this.#last.atMs <= 2 * lookMs;
    this.#append({ offset: size, atMs: watched ? Math.round(mtimeMs) : 0 });
  }

  #watch(): void {
    this.#quiet = 0;
    this.#timer = undefined;
    this.#unwatch = watchPath(this.#log, () => {
      this.#unwatch();
      this.#unwatch = () => {};
      if (this.#timer !== undefined) return;
      this.#look();
      this.#timer = setInterval(() => this.#lookAgain(), lookMs);
    });
    // What was written before the watch stood.
    this.#look();
  }

  #lookAgain(): void {
    this.#quiet = this.#look() ? 0 : this.#quiet + 1;
    if (this.#quiet < quietLooks) return;
    clearInterval(this.#timer);
    this.#watch();
  }

  #look(): boolean {
    const size = statSync(this.#log, { throwIfNoEntry: false })?.size ?? 0;
    if (size === this.#last.offset) return false;
    if (size < this.#last.offset) ftruncateSync(this.#descriptor, 0);
    this.#append({ offset: size, atMs: this.#clock.wallMs() });
    return true;
  }

  #append(entry: LogIndexEntry): void {
    this.#last = entry;
    try {
      writeSync(this.#descriptor, encodeEntry(entry));
    } catch {
      // A full disk: lines without a time are better than no supervisor.
    }
  }
}
