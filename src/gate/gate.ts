import { errorCodeOf } from '../host/error-code.ts';
import { type Forward, forwardTcp } from '../host/tcp-forward.ts';
import { keyOf, type Route, type RouteResult, type RoutesAnswer } from './route.ts';

/** An open port. Its target may change; what is connected stays with the one it has. */
interface OpenRoute {
  route: Route;
  readonly forward: Forward;
}

/** The open ports, as the last accepted set of routes wants them. */
export class Gate {
  readonly #open = new Map<string, OpenRoute>();
  /** Wanted, but not to be had when they were opened. */
  #missing: readonly Extract<RouteResult, { kind: 'refused' }>[] = [];
  /** One set after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  /** What is wanted and what came of it. */
  get results(): readonly RouteResult[] {
    const open = [...this.#open.values()].map(({ route }) => ({ kind: 'ok', route }) as const);
    return [...open, ...this.#missing];
  }

  get routes(): readonly Route[] {
    return this.results.map(({ route }) => route);
  }

  /** Connections at this moment. */
  get connections(): number {
    return [...this.#open.values()].reduce((sum, { forward }) => sum + forward.open(), 0);
  }

  /**
   * Makes the open ports those of `routes`: all of it or nothing, but for optional routes. A port that stays keeps its
   * socket and its connections; a port that goes takes no new ones.
   */
  async set(routes: readonly Route[]): Promise<RoutesAnswer> {
    return this.#inTurn(() => this.#set(routes));
  }

  /** Like `set`, but takes what can be had: after a restart of the gate every port counts by itself. */
  async resume(routes: readonly Route[]): Promise<RoutesAnswer> {
    return this.#inTurn(() => this.#set(routes.map(asOptional)));
  }

  /** Tries again to get the ports that somebody else had. */
  async retry(): Promise<void> {
    if (this.#missing.length > 0) await this.#inTurn(() => this.#set(this.routes.map(asOptional)));
  }

  async close(): Promise<void> {
    await this.set([]);
  }

  #inTurn(work: () => Promise<RoutesAnswer>): Promise<RoutesAnswer> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #set(routes: readonly Route[]): Promise<RoutesAnswer> {
    const wanted = new Map(routes.map((route) => [keyOf(route), route]));
    const added = [...wanted].filter(([key]) => !this.#open.has(key));
    const gone = [...this.#open].filter(([key]) => !wanted.has(key));
    // A port may move to another address of this machine, which the old one still excludes.
    const inTheWay = gone.filter(([, { route }]) =>
      added.some(([, { listen }]) => listen.port === route.listen.port),
    );
    await this.#closeAll(inTheWay);
    const results = await Promise.all(added.map(([, route]) => this.#tryOpen(route)));
    const refused = results.flatMap((each) => (each.kind === 'refused' ? [each] : []));
    if (refused.some(({ route }) => route.optional !== true)) {
      await this.#closeAll([...this.#open].filter(([key]) => added.some(([mine]) => mine === key)));
      await Promise.all(inTheWay.map(([, { route }]) => this.#tryOpen(route)));
      return { applied: false, results };
    }
    await this.#closeAll(gone);
    for (const [key, route] of wanted) this.#retarget(key, route);
    this.#missing = refused;
    return { applied: true, results: this.results };
  }

  #retarget(key: string, route: Route): void {
    const open = this.#open.get(key);
    if (open !== undefined) open.route = route;
  }

  async #tryOpen(route: Route): Promise<RouteResult> {
    const key = keyOf(route);
    try {
      const forward = await openForward(route, () => this.#open.get(key)?.route.to ?? route.to);
      this.#open.set(key, { route, forward });
      return { kind: 'ok', route };
    } catch (error) {
      return { kind: 'refused', route, error: errorCodeOf(error) ?? String(error) };
    }
  }

  async #closeAll(open: readonly (readonly [string, OpenRoute])[]): Promise<void> {
    for (const [key] of open) this.#open.delete(key);
    await Promise.all(open.map(([, { forward }]) => forward.close()));
  }
}

function asOptional(route: Route): Route {
  return { ...route, optional: true };
}

async function openForward(route: Route, target: () => Route['to']): Promise<Forward> {
  const options = { listen: route.listen, target };
  if (route.protocol !== 'udp') return forwardTcp(options);
  const { forwardUdp } = await import('../host/udp-forward.ts');
  return forwardUdp(options);
}
