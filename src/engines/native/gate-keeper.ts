import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { keyOf, type Route } from '../../gate/route.ts';
import { getRoutes, type RoutesAnswer, setRoutes } from '../../gate/client.ts';
import { writeFileAtomically } from '../../host/atomic-file.ts';
import { NoAnswerError } from '../../host/unix-http-client.ts';
import type { Service, ServiceName } from '../../model/project.ts';
import { gateSocketOf, gateUnit, gateUnitName } from './daemon/gate-unit.ts';
import type { Link } from './link.ts';
import type { NativeOptions } from './options.ts';
import { routesRefused } from './routes-failure.ts';
import { ownFolderOf } from './start-spec.ts';
import type { UnitRecord } from './unit.ts';

/** Milliseconds between two tries to reach a gate that is being started. */
const TRY_EVERY_MS = 4;
const START_PATIENCE_MS = 10_000;

/** Says to the gate which ports belong to which service, and starts and stops it with the first and the last of them. */
export class GateKeeper {
  readonly #options: NativeOptions;
  readonly #link: Link;
  readonly #socket: string;
  /** Where each service's program listens, as far as this command has started it. */
  readonly #listening = new Map<string, Route['to']>();
  #started: Promise<void> | undefined;
  /** Changes of the routes follow one another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: NativeOptions, link: Link) {
    this.#options = options;
    this.#link = link;
    this.#socket = gateSocketOf(options.directories);
  }

  /** Starts the gate, if it does not run. May be called early: others wait for the same start. */
  start(signal: AbortSignal): Promise<void> {
    this.#started ??= this.#startGate(signal);
    return this.#started;
  }

  /**
   * Makes these the routes of a service, in place of those that it had.
   *
   * @throws {RunError} when a port cannot be had; then the routes are as before.
   */
  async claim(service: Service, routes: readonly Route[], signal: AbortSignal): Promise<void> {
    const [first] = routes;
    if (first === undefined) return;
    await this.start(signal);
    this.#listening.set(service.name, first.to);
    const answer = await this.#change(service.name, routes, signal);
    if (!answer.applied) throw routesRefused(service, answer.results);
    await writeFileAtomically(this.#fileOf(service.name), JSON.stringify({ format: 1, routes }));
  }

  /** Gives the ports of a service back. The gate ends with the last of them. */
  async release(
    service: ServiceName,
    { number, signal }: { readonly number: number; readonly signal: AbortSignal },
  ): Promise<void> {
    // The first copy holds the ports for all.
    if (number !== 1 || (await this.#routesOf(service)).length === 0) return;
    const { results } = await this.#change(service, [], signal);
    await rm(this.#fileOf(service), { force: true });
    if (results.length > 0) return;
    const daemon = await this.#link.daemon();
    await daemon.stop(gateUnitName, { signal });
    this.#started = undefined;
  }

  listeningPortOf({ service, ports }: UnitRecord): Route['to'] | undefined {
    const known = this.#listening.get(service ?? '');
    const port = ports.find(({ protocol }) => protocol === 'tcp');
    return known ?? (port === undefined ? undefined : { host: '127.0.0.1', port: port.target });
  }

  /** The ports that a unit was given in the file, by those on which it was told to listen. */
  async targetsOf({ service, ports }: UnitRecord): Promise<ReadonlyMap<number, number>> {
    const routes = await this.#routesOf(service ?? '');
    return new Map(
      routes.flatMap(({ listen, to }) => {
        const known = ports.find(({ published }) => published === listen.port);
        return known === undefined ? [] : [[to.port, known.target] as const];
      }),
    );
  }

  #change(service: string, routes: readonly Route[], signal: AbortSignal): Promise<RoutesAnswer> {
    const next = this.#last.then(async () => {
      const before = new Set((await this.#routesOf(service)).map(keyOf));
      const { results } = await this.#present(signal);
      const others = results.flatMap(({ kind, route }) =>
        kind === 'ok' && !before.has(keyOf(route)) ? [route] : [],
      );
      return setRoutes(this.#socket, [...others, ...routes], { signal });
    });
    this.#last = next.catch(() => {});
    return next;
  }

  /** A gate that was killed is being started again by the daemon. */
  async #present(signal: AbortSignal): ReturnType<typeof getRoutes> {
    const giveUpAtMs = performance.now() + START_PATIENCE_MS;
    for (;;) {
      try {
        return await getRoutes(this.#socket, { signal });
      } catch (error) {
        if (!(error instanceof NoAnswerError) || performance.now() > giveUpAtMs) throw error;
        await pause(TRY_EVERY_MS, undefined, { signal });
      }
    }
  }

  async #startGate(signal: AbortSignal): Promise<void> {
    const { directories, programs } = this.#options;
    const daemon = await this.#link.daemon();
    const { changed } = await daemon.put(gateUnit(directories, programs), { signal });
    if (changed) await this.#present(signal);
  }

  async #routesOf(service: string): Promise<readonly Route[]> {
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this program wrote it
      const { routes } = JSON.parse(await readFile(this.#fileOf(service), 'utf8')) as {
        readonly routes: readonly Route[];
      };
      return routes;
    } catch {
      return [];
    }
  }

  #fileOf(service: string): string {
    return join(ownFolderOf(this.#options.directories.state, service), 'routes.json');
  }
}
