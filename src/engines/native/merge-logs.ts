import type { LogQuery } from '../../engine/engine.ts';
import type { LogLine } from '../../model/log-line.ts';
import { readLogs } from './logs/read-log.ts';

export interface LogSource {
  /** The unit's folder. */
  readonly folder: string;
  readonly replica: string;
  readonly service: string;
}

/** The logs of several units: one after the other, or, when following, each line as it comes. */
export async function* mergeLogs(
  sources: readonly LogSource[],
  { follow, tail, sinceMs, untilMs, signal }: LogQuery & { readonly signal: AbortSignal },
): AsyncGenerator<LogLine, void, undefined> {
  const query = {
    follow,
    signal,
    ...(tail !== undefined && { tail }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
  };
  const readers = sources.map((source) => readLogs({ ...source, ...query }));
  if (!follow) {
    for (const reader of readers) yield* reader;
    return;
  }
  yield* asTheyCome(readers);
}

async function* asTheyCome<T>(
  readers: readonly AsyncGenerator<T, void, undefined>[],
): AsyncGenerator<T, void, undefined> {
  const next = (reader: AsyncGenerator<T, void, undefined>) =>
    reader.next().then((result) => ({ reader, result }));
  const waiting = new Map(readers.map((reader) => [reader, next(reader)]));
  try {
    while (waiting.size > 0) {
      const { reader, result } = await Promise.race(waiting.values());
      if (result.done === true) waiting.delete(reader);
      else {
        waiting.set(reader, next(reader));
        yield result.value;
      }
    }
  } finally {
    // What still waits ends with the signal; nobody is left to hear of it.
    for (const pending of waiting.values()) pending.catch(() => {});
  }
}
