import { askUnix } from '../host/unix-http-client.ts';
import type { Route, RouteResult, RoutesAnswer } from './route.ts';

export type { Route, RouteResult, RoutesAnswer } from './route.ts';

export interface RoutesState {
  readonly results: readonly RouteResult[];
  /** Connections at this moment. */
  readonly connections: number;
}

interface Cancellable {
  readonly signal: AbortSignal;
}

/**
 * Makes the gate's ports those of `routes`. Where one of them cannot be had, and is not optional, nothing changes and
 * the answer says which and why.
 *
 * @throws {NoAnswerError} when the gate does not answer (yet).
 */
export async function setRoutes(
  socket: string,
  routes: readonly Route[],
  { signal }: Cancellable,
): Promise<RoutesAnswer> {
  const asked = { method: 'PUT', path: '/v1/routes', body: routes, signal } as const;
  const { status, body } = await askUnix(socket, asked);
  if (status !== 200 && status !== 409) throw new Error(`the gate answers with status ${status}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it comes from our own kind
  return body as RoutesAnswer;
}

/** @throws {NoAnswerError} when the gate does not answer (yet). */
export async function getRoutes(socket: string, { signal }: Cancellable): Promise<RoutesState> {
  const { body } = await askUnix(socket, { method: 'GET', path: '/v1/routes', signal });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it comes from our own kind
  return body as RoutesState;
}
