import { join } from 'node:path';

import type { ProjectDirectories } from '../../../host/directories.ts';
import type { UnitRecord } from '../unit.ts';
import type { Straggler } from './unit-tree.ts';

/** Version of the interface and of the state files. A daemon of a later one is left alone. */
export const protocol = 1;

/** The first and only thing that the daemon says to whoever has started it. */
export type Announcement =
  | { readonly kind: 'ready' }
  /** Another one serves, or holds the lock and does not answer. */
  | { readonly kind: 'taken'; readonly pid: number; readonly answers: boolean }
  /** A later version of bowline has written the state. */
  | { readonly kind: 'newer'; readonly path: string; readonly writtenBy: string };

/** The socket of a project's daemon. */
export function daemonSocketOf({ sockets }: Pick<ProjectDirectories, 'sockets'>): string {
  return join(sockets, 'daemon');
}

/** Answer of `GET /v1/hello`. */
export interface Hello {
  readonly build: string;
  readonly protocol: number;
  readonly pid: number;
}

/** Answer of `PUT /v1/units/:name`. */
export interface PutAnswer {
  /** False: it ran already. */
  readonly changed: boolean;
  readonly unit: UnitRecord;
}

/** Answer of `POST /v1/units/:name/stop`. */
export interface StopAnswer {
  readonly stragglers: readonly Straggler[];
}

/** Lines of `GET /v1/watch`. */
export type WatchMessage =
  | { readonly kind: 'unit'; readonly unit: UnitRecord }
  /** Everything that is there has been said. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'removed'; readonly name: string };

/** Why a request was not carried out. */
export interface Refusal {
  readonly code: 'unit-busy' | 'spawn-failed' | 'unknown-unit' | 'bad-request';
  readonly error: string;
}
