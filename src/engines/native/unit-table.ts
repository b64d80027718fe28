import type { UnitRecord } from './unit.ts';

/** The units as the daemon last said they are, and a way to wait for what it says next. */
export interface UnitTable {
  of(service: string): readonly UnitRecord[];
  all(): readonly UnitRecord[];
  /** The present records of a service, then each change, until `signal` is aborted. */
  changesOf(service: string, signal: AbortSignal): AsyncIterable<readonly UnitRecord[]>;
  /** Every unit once, then each change. */
  changes(signal: AbortSignal): AsyncIterable<UnitRecord>;
  /** Where the program of a unit can be asked whether it listens: behind the gate. */
  listeningPortOf(unit: UnitRecord): { readonly host: string; readonly port: number } | undefined;
  set(unit: UnitRecord): void;
  remove(name: string): void;
}

/** Calls `hear` with each change until the returned function is called. */
type Listen = (hear: (unit: UnitRecord) => void) => () => void;

/** An empty table. `portOf` tells where a unit listens. */
export function createUnitTable(portOf: UnitTable['listeningPortOf']): UnitTable {
  const units = new Map<string, UnitRecord>();
  const listeners = new Set<(unit: UnitRecord) => void>();
  const listen = (hear: (unit: UnitRecord) => void): (() => void) => {
    listeners.add(hear);
    return () => listeners.delete(hear);
  };
  const of = (service: string): readonly UnitRecord[] =>
    [...units.values()].filter((unit) => unit.service === service);
  return {
    of,
    all: () => [...units.values()],
    listeningPortOf: portOf,
    async *changesOf(service, signal) {
      for (;;) {
        // Listens before it looks: what happens while the caller thinks is not missed.
        const changed = nextChange(listen, signal);
        yield of(service);
        await changed;
        signal.throwIfAborted();
      }
    },
    changes: (signal) => changesFrom([...units.values()], { listen, signal }),
    set(unit) {
      units.set(unit.name, unit);
      for (const hear of listeners) hear(unit);
    },
    remove(name) {
      units.delete(name);
    },
  };
}

/** `waiting`, then what is heard. Listens from the call on, not from the first look. */
function changesFrom(
  waiting: UnitRecord[],
  { listen, signal }: { readonly listen: Listen; readonly signal: AbortSignal },
): AsyncIterable<UnitRecord> {
  let wake: (() => void) | undefined;
  const stop = listen((unit) => {
    waiting.push(unit);
    wake?.();
  });
  return (async function* changes() {
    try {
      for (;;) {
        const unit = waiting.shift();
        if (unit !== undefined) yield unit;
        else {
          signal.throwIfAborted();
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        }
      }
    } finally {
      stop();
    }
  })();
}

function nextChange(listen: (hear: () => void) => () => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = listen(() => done());
    const done = (): void => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
