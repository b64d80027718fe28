import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { writeFileAtomically } from '../../host/atomic-file.ts';

/**
 * Starts of containers after which bowline's own probe of the healthcheck has passed. The engine itself says so only
 * after its interval, which may be half a minute.
 */
export interface ReadyRecord {
  has(container: string, startedAt: string): boolean;
  add(container: string, startedAt: string): Promise<void>;
}

/** More are not worth keeping: each is of use until the engine's own first probe. */
const KEPT = 500;

/** Keeps the record in the project's state, read when it is first asked. */
export function openReadyRecord(state: string): ReadyRecord {
  const file = join(state, 'docker-ready.json');
  let known: Map<string, string> | undefined;
  let writing = Promise.resolve();
  const read = (): Map<string, string> => (known ??= readFrom(file));
  return {
    has: (container, startedAt) => read().get(container) === startedAt,
    async add(container, startedAt) {
      read().set(container, startedAt);
      writing = writing.then(() => {
        const containers = Object.fromEntries([...read()].slice(-KEPT));
        return writeFileAtomically(file, JSON.stringify({ format: 1, containers }));
      });
      await writing;
    },
  };
}

function readFrom(file: string): Map<string, string> {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof kept !== 'object' || kept === null || !('containers' in kept)) return new Map();
    return new Map(
      Object.entries(kept.containers ?? {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    );
  } catch {
    return new Map();
  }
}
