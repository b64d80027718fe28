import type { HttpReply, HttpRequest } from '../../../host/unix-http.ts';
import type { UnitSpec } from '../unit.ts';
import type { Daemon } from './daemon.ts';
import type { Hello, Refusal } from './protocol.ts';
import { spawnFailureOf } from './spawn-failure.ts';
import { isUnitName } from './unit-files.ts';

export interface ApiOptions {
  readonly hello: Hello;
  /** Called when the answer to a shutdown has been sent. */
  readonly leave: (options: { readonly force: boolean }) => void;
}

/** The interface of the daemon over HTTP, version 1. */
export function apiOf(
  daemon: Daemon,
  { hello, leave }: ApiOptions,
): (request: HttpRequest) => Promise<HttpReply> {
  return async ({ method, path: [version, ...rest], body }) => {
    const [place, name = '', action] = rest;
    if (version !== 'v1') return refused(404, { code: 'bad-request', error: 'no such version' });
    switch (
      `${method} ${place}${name === '' ? '' : '/:name'}${action === undefined ? '' : `/${action}`}`
    ) {
      case 'GET hello':
        return answer(hello);
      case 'GET units':
        return answer(daemon.units().map(({ record }) => record));
      case 'PUT units/:name':
        return put(daemon, name, body);
      case 'POST units/:name/stop':
        return stop(daemon, name, body);
      case 'DELETE units/:name':
        return remove(daemon, name);
      case 'GET watch':
        return { kind: 'lines', open: (send) => daemon.watch(send) };
      case 'POST shutdown': {
        const force = booleanOf(body, 'force') ?? false;
        return { ...answer({ leaving: true }), afterwards: () => leave({ force }) };
      }
      default:
        return refused(404, {
          code: 'bad-request',
          error: `no such place: ${method} ${rest.join('/')}`,
        });
    }
  };
}

async function put(daemon: Daemon, name: string, body: unknown): Promise<HttpReply> {
  if (!isUnitName(name) || !isSpecOf(name, body)) {
    return refused(400, { code: 'bad-request', error: `not a specification of unit ${name}` });
  }
  try {
    const outcome = await daemon.put(body);
    const unit = daemon.unit(name)?.record;
    if (outcome === 'busy') {
      const error = `unit ${name} runs with another specification`;
      return refused(409, { code: 'unit-busy', error });
    }
    return answer({ changed: outcome === 'started', unit });
  } catch (error) {
    return refused(422, { code: 'spawn-failed', error: await spawnFailureOf(error, body) });
  }
}

async function stop(daemon: Daemon, name: string, body: unknown): Promise<HttpReply> {
  const unit = daemon.unit(name);
  if (unit === undefined) {
    return refused(404, { code: 'unknown-unit', error: `there is no unit ${name}` });
  }
  return answer({ stragglers: await unit.stop(numberOf(body, 'graceMs')) });
}

async function remove(daemon: Daemon, name: string): Promise<HttpReply> {
  if (await daemon.remove(name)) return answer({ removed: true });
  return refused(409, { code: 'unit-busy', error: `unit ${name} runs` });
}

function answer(body: unknown): Extract<HttpReply, { kind: 'json' }> {
  return { kind: 'json', status: 200, body };
}

function refused(status: number, body: Refusal): HttpReply {
  return { kind: 'json', status, body };
}

/** The sender is this program in some version: what is checked is what would do harm. */
function isSpecOf(name: string, body: unknown): body is UnitSpec {
  return (
    fieldOf(body, 'format') === 1 &&
    fieldOf(body, 'name') === name &&
    Array.isArray(fieldOf(body, 'argv')) &&
    typeof fieldOf(body, 'cwd') === 'string'
  );
}

function numberOf(body: unknown, key: string): number | undefined {
  const value = fieldOf(body, key);
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

function booleanOf(body: unknown, key: string): boolean | undefined {
  const value = fieldOf(body, key);
  return typeof value === 'boolean' ? value : undefined;
}

function fieldOf(body: unknown, key: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;
}
