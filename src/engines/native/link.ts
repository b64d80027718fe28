import { readdir } from 'node:fs/promises';

import { connectDaemon, type DaemonClient } from './daemon/client.ts';
import type { NativeOptions } from './options.ts';
import { createUnitTable, type UnitTable } from './unit-table.ts';
import type { UnitRecord } from './unit.ts';

/** The daemon of the project, connected when it is first needed, and what it says of its units. */
export interface Link extends AsyncDisposable {
  readonly table: UnitTable;
  /** The daemon; started if there is none. */
  daemon(): Promise<DaemonClient>;
  /** Units as they are now, without starting a daemon where there never was a unit. */
  units(signal: AbortSignal): Promise<readonly UnitRecord[]>;
  /** Resolves when the table holds every unit; from then on it follows. */
  followed(): Promise<void>;
}

export function openLink(
  { directories, programs }: NativeOptions,
  portOf: UnitTable['listeningPortOf'],
): Link {
  const over = new AbortController();
  const { signal } = over;
  const table = createUnitTable(portOf);
  let client: Promise<DaemonClient> | undefined;
  let following: Promise<void> | undefined;

  const daemon = (): Promise<DaemonClient> => {
    const { node, daemon: file, gate, build } = programs;
    client ??= connectDaemon({
      directories,
      programs: { node, daemon: file, gate, build },
      signal,
    });
    return client;
  };
  const follow = async (ready: () => void): Promise<void> => {
    const connected = await daemon();
    for await (const message of connected.watch({ signal })) {
      if (message.kind === 'unit') table.set(message.unit);
      else if (message.kind === 'removed') table.remove(message.name);
      else ready();
    }
  };

  return {
    table,
    daemon,
    async units(asked) {
      const known = await readdir(directories.units).catch(() => []);
      return known.length > 0 ? (await daemon()).units({ signal: asked }) : [];
    },
    followed() {
      if (following === undefined) {
        // It settles in any case, for closing waits for it.
        following = new Promise<void>((resolve, reject) => {
          follow(resolve).then(resolve, reject);
        });
        following.catch(() => {});
      }
      return following;
    },
    async [Symbol.asyncDispose]() {
      over.abort(new Error('the engine was closed'));
      await following?.catch(() => {});
    },
  };
}
