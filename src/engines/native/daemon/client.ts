import { readdirSync } from 'node:fs';

import {
  askUnix,
  NoAnswerError,
  readUnixLines,
  type UnixRequest,
} from '../../../host/unix-http-client.ts';
import type { UnitRecord, UnitSpec } from '../unit.ts';
import { newerVersion, notAnswering, refusalOf, socketFailureOf } from './daemon-failures.ts';
import {
  daemonSocketOf,
  type Hello,
  protocol,
  type PutAnswer,
  type StopAnswer,
  type WatchMessage,
} from './protocol.ts';
import { NewerFormatError, readStored } from './stored-unit.ts';
import { startDaemon, type StartDaemonOptions } from './start-daemon.ts';
import { unitFilesOf } from './unit-files.ts';
import { isActive } from './unit-state.ts';

export type { Hello, PutAnswer, StopAnswer, WatchMessage } from './protocol.ts';
export type { Programs } from './start-daemon.ts';
export type { Straggler } from './unit-tree.ts';

/** How often a request is repeated when the daemon dies over it. All of them may be repeated without harm. */
const tries = 5;

interface Cancellable {
  readonly signal: AbortSignal;
}

/**
 * The daemon of one project. When it dies, the next request starts another one, which takes over; nothing of that is
 * seen here.
 */
export class DaemonClient {
  readonly #options: StartDaemonOptions;
  readonly #socket: string;

  constructor(options: StartDaemonOptions) {
    this.#options = options;
    this.#socket = daemonSocketOf(options.directories);
  }

  /** Who answers now; absent when nobody does. Starts nothing. */
  async hello({ signal }: Cancellable): Promise<Hello | undefined> {
    try {
      const { body } = await askUnix(this.#socket, { method: 'GET', path: '/v1/hello', signal });
      return isHello(body) ? body : undefined;
    } catch (error) {
      if (error instanceof NoAnswerError) return undefined;
      throw socketFailureOf(error);
    }
  }

  async units({ signal }: Cancellable): Promise<readonly UnitRecord[]> {
    return this.#ask({ method: 'GET', path: '/v1/units', signal });
  }

  /**
   * Starts a unit; the same one that runs already is left alone.
   *
   * @throws {RunError} `daemon/unit-busy` when another one of that name runs, `daemon/spawn-failed`.
   */
  async put(spec: UnitSpec, { signal }: Cancellable): Promise<PutAnswer> {
    return this.#ask({ method: 'PUT', path: pathOf(spec.name), body: spec, signal });
  }

  /**
   * Ends a unit and everything that it has started; says what had to be killed. Unknown units are ended already.
   *
   * @param options.graceMs - instead of the unit's own; 0 kills at once.
   */
  async stop(
    name: string,
    { graceMs, signal }: Cancellable & { readonly graceMs?: number },
  ): Promise<StopAnswer> {
    const body = graceMs === undefined ? {} : { graceMs };
    const path = `${pathOf(name)}/stop`;
    const answer = await this.#ask<StopAnswer | undefined>(
      { method: 'POST', path, body, signal },
      { unknown: undefined },
    );
    return answer ?? { stragglers: [] };
  }

  /** Forgets a unit that has ended, its log included. */
  async remove(name: string, { signal }: Cancellable): Promise<void> {
    await this.#ask({ method: 'DELETE', path: pathOf(name), signal });
  }

  /** Ends the daemon; the units stay. Without `force` it first finishes what it is stopping. */
  async shutdown({
    force = false,
    signal,
  }: Cancellable & { readonly force?: boolean }): Promise<void> {
    const asked = { method: 'POST', path: '/v1/shutdown', body: { force }, signal } as const;
    try {
      await askUnix(this.#socket, asked);
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
    }
  }

  /**
   * What each unit does: first all of them, then `ready`, then every change. When the daemon is followed by another one,
   * it begins again: all of them, `ready`, changes.
   *
   * @throws `signal.reason` when aborted.
   */
  async *watch({ signal }: Cancellable): AsyncGenerator<WatchMessage, void, undefined> {
    for (let failed = 0; failed < tries; failed += 1) {
      try {
        for await (const message of readUnixLines(this.#socket, '/v1/watch', signal)) {
          failed = 0;
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it comes from our own kind
          yield message as WatchMessage;
        }
      } catch (error) {
        if (!(error instanceof NoAnswerError)) throw error;
      }
      await this.revive({ signal });
    }
    throw notAnswering(undefined);
  }

  /** Makes sure that a daemon answers, whatever its build. */
  async revive({ signal }: Cancellable): Promise<void> {
    if ((await this.hello({ signal })) === undefined)
      await startDaemon({ ...this.#options, signal });
  }

  async #ask<T>(request: UnixRequest, otherwise?: { readonly unknown: T }): Promise<T> {
    let cause: unknown;
    for (let tried = 0; tried < tries; tried += 1) {
      try {
        const { status, body } = await askUnix(this.#socket, request);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it comes from our own kind
        if (status < 300) return body as T;
        if (status === 404 && otherwise !== undefined) return otherwise.unknown;
        throw refusalOf(status, body);
      } catch (error) {
        if (!(error instanceof NoAnswerError)) throw error;
        cause = error;
        await this.revive(request);
      }
    }
    throw notAnswering(cause);
  }
}

/**
 * Connects to the daemon of a project, and starts it if there is none. One of another build is asked to leave, and
 * followed by one of this build, which takes over what runs.
 *
 * @throws {RunError} when there can be no daemon, or it is of a later version.
 */
export async function connectDaemon(options: StartDaemonOptions): Promise<DaemonClient> {
  const client = new DaemonClient(options);
  const { signal, programs } = options;
  const hello = await client.hello({ signal });
  if (hello?.build === programs.build) return client;
  if (hello !== undefined) {
    if (hello.protocol > protocol) throw newerVersion(hello.build, [`process ${hello.pid}`]);
    await client.shutdown({ signal });
  }
  await startDaemon(options);
  return client;
}

/** Like `connectDaemon`, but starts nothing for a project of which nothing is under way. */
export async function findDaemon(options: StartDaemonOptions): Promise<DaemonClient | undefined> {
  const hello = await new DaemonClient(options).hello(options);
  if (hello === undefined && !isUnderWay(options.directories.units)) return undefined;
  return connectDaemon(options);
}

/** A unit runs, waits or is being stopped, by what was last written about it. */
function isUnderWay(units: string): boolean {
  try {
    return readdirSync(units).some((name) => {
      const stored = readStored(unitFilesOf(units, name))?.stored;
      return stored !== undefined && isActive(stored.state);
    });
  } catch (error) {
    // A later version's files: it is for the daemon to say so.
    return error instanceof NewerFormatError;
  }
}

function pathOf(name: string): string {
  return `/v1/units/${encodeURIComponent(name)}`;
}

function isHello(body: unknown): body is Hello {
  return typeof body === 'object' && body !== null && 'build' in body && 'protocol' in body;
}
