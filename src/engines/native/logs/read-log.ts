import { setMaxListeners } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { systemClock } from '../../../host/clock.ts';
import { errorCodeOf } from '../../../host/error-code.ts';
import type { LogLine } from '../../../model/log-line.ts';
import { LineSplitter } from './line-splitter.ts';
import { LogIndex } from './log-index.ts';
import { lineStart, tailOffset } from './tail-offset.ts';
import { waitForGrowth } from './wait-for-growth.ts';

/** Which lines of one replica. */
export interface ReadLogOptions {
  /** The unit's folder, with `log` and `log.index` in it; may come into being later when following. */
  readonly folder: string;
  /** As in `shop-web-1`. */
  readonly replica: string;
  readonly service: string;
  readonly follow: boolean;
  /** Last lines only. Absent: all. */
  readonly tail?: number;
  /** Unix time in milliseconds. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly signal: AbortSignal;
}

const chunkBytes = 1 << 18;
/** Milliseconds between two readings of a log that grows: one notice then stands for many lines. */
const gatherMs = 10;
/** Milliseconds by which the index may lag behind the log. */
const indexLagMs = 250;

/**
 * Reads the log of a unit, straight from its files: no daemon has to run. A last line without an end waits for it when
 * following, and is given as it is otherwise. A log that is emptied or made anew is read from its start.
 *
 * @throws `signal.reason` when aborted.
 */
export async function* readLogs(options: ReadLogOptions): AsyncGenerator<LogLine, void, undefined> {
  // One signal for the logs of all services is no leak.
  setMaxListeners(0, options.signal);
  const { tail, ...later } = options;
  let now: ReadLogOptions = tail === undefined ? later : { ...later, tail };
  for (;;) {
    options.signal.throwIfAborted();
    const file = await openIfThere(join(options.folder, 'log'));
    if (file !== undefined) {
      try {
        yield* readFrom(file, now);
        now = later;
      } finally {
        await file.close();
      }
    }
    if (!options.follow || isPast(options.untilMs)) return;
    if (file === undefined) await waitForGrowth([options.folder], deadlineOf(options));
  }
}

/** Reads one file until everything asked for was given, or, when following, it is no longer the log or has shrunk. */
async function* readFrom(
  file: FileHandle,
  options: ReadLogOptions,
): AsyncGenerator<LogLine, void, undefined> {
  const { size, mtimeMs } = await file.stat();
  const index = await readIndex(options.folder);
  const start = await startOf(file, size, { index, ...options });
  const splitter = new LineSplitter(start);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const times = new Times(index, mtimeMs);
  for (;;) {
    options.signal.throwIfAborted();
    const limit = options.follow ? chunkBytes : Math.min(chunkBytes, size - splitter.offset);
    const { bytesRead } = await file.read(buffer, 0, limit, splitter.offset);
    if (bytesRead > 0) {
      // Copied: the rest of a line stays in the splitter while the buffer is read into again.
      splitter.push(Buffer.from(buffer.subarray(0, bytesRead)));
      yield* linesOf(splitter, times, options);
      continue;
    }
    if (!options.follow) return yield* restOf(splitter, times, options);
    times.live = true;
    if (isPast(options.untilMs) || (await isOther(file, splitter.offset, options.folder))) {
      return yield* restOf(splitter, times, options);
    }
    if (splitter.hasRest && (await hasEnded(options.folder)))
      yield* restOf(splitter, times, options);
    await systemClock.sleep(gatherMs, options.signal);
    if ((await file.stat()).size !== splitter.offset) continue;
    const paths = [join(options.folder, 'log'), join(options.folder, 'run')] as const;
    await waitForGrowth(paths, deadlineOf(options), splitter.offset);
  }
}

/** When bytes of the log were written. */
class Times {
  readonly #index: LogIndex;
  readonly #mtimeMs: number;
  /** What comes now is written now. */
  live = false;

  constructor(index: LogIndex, mtimeMs: number) {
    this.#index = index;
    this.#mtimeMs = mtimeMs;
  }

  /** The time of a line that ends at `end`, and up to where in the log it holds. */
  of(end: number): { readonly atMs?: number; readonly until: number } {
    const entry = this.#index.at(this.#index.covering(end));
    if (entry !== undefined) {
      return entry.atMs === 0 ? { until: entry.offset } : { atMs: entry.atMs, until: entry.offset };
    }
    if (this.live) return { atMs: systemClock.wallMs(), until: Infinity };
    const last = this.#index.last();
    const watched = last !== undefined && this.#mtimeMs - last.atMs <= indexLagMs;
    return watched ? { atMs: Math.round(this.#mtimeMs), until: Infinity } : { until: Infinity };
  }
}

function* linesOf(
  splitter: LineSplitter,
  times: Times,
  options: ReadLogOptions,
): Generator<LogLine, void, undefined> {
  for (let first = splitter.firstEnd(); first !== undefined; first = splitter.firstEnd()) {
    const { atMs, until } = times.of(first);
    // Everything that was written at the same time goes in one piece.
    const end = Math.max(first, splitter.wholeUntil(until));
    yield* dress(splitter.take(end), atMs, options);
  }
}

function* restOf(
  splitter: LineSplitter,
  times: Times,
  options: ReadLogOptions,
): Generator<LogLine, void, undefined> {
  const { atMs } = times.of(splitter.offset);
  yield* dress(splitter.takeRest(), atMs, options);
}

function* dress(
  texts: readonly string[],
  atMs: number | undefined,
  { replica, service, sinceMs, untilMs }: ReadLogOptions,
): Generator<LogLine, void, undefined> {
  if (atMs !== undefined && (atMs < (sinceMs ?? 0) || atMs > (untilMs ?? Infinity))) return;
  for (const text of texts) {
    yield atMs === undefined ? { replica, service, text } : { replica, service, atMs, text };
  }
}

async function startOf(
  file: FileHandle,
  size: number,
  {
    index,
    tail,
    sinceMs,
    untilMs,
  }: Pick<ReadLogOptions, 'tail' | 'sinceMs' | 'untilMs'> & { readonly index: LogIndex },
): Promise<number> {
  const since =
    sinceMs === undefined ? 0 : await lineStart(file, Math.min(index.offsetSince(sinceMs), size));
  if (tail === undefined) return since;
  const end = untilMs === undefined ? size : Math.min(index.offsetSince(untilMs + 1), size);
  return Math.max(since, await tailOffset(file, end === 0 ? size : end, tail));
}

/** The file at the log's place is another one by now, or has been emptied. */
async function isOther(file: FileHandle, offset: number, folder: string): Promise<boolean> {
  const mine = await file.stat();
  if (mine.size < offset) return true;
  try {
    return (await stat(join(folder, 'log'))).ino !== mine.ino;
  } catch {
    return true;
  }
}

/** The unit has written down how it ended: nothing more will come, unless it is started again. */
async function hasEnded(folder: string): Promise<boolean> {
  try {
    return (await stat(join(folder, 'run/exit'))).size > 0;
  } catch {
    return false;
  }
}

async function readIndex(folder: string): Promise<LogIndex> {
  try {
    return new LogIndex(await readFile(join(folder, 'log.index')));
  } catch {
    return new LogIndex(Buffer.alloc(0));
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT' || errorCodeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function isPast(untilMs: number | undefined): boolean {
  return untilMs !== undefined && systemClock.wallMs() > untilMs;
}

function deadlineOf({ untilMs, signal }: ReadLogOptions): WaitLimits {
  return untilMs === undefined ? { signal } : { signal, untilMs };
}

interface WaitLimits {
  readonly signal: AbortSignal;
  readonly untilMs?: number;
}
