import { systemClock } from '../../../host/clock.ts';
import { keyOf, idOf, type KubernetesObject } from '../object.ts';
import { ApiError, NoServerError, statusOf } from './api-error.ts';
import type { Cluster } from './cluster.ts';
import { type ListOptions, Objects } from './objects.ts';
import { pathOfKind, type ResourceKind } from './resources.ts';

/** What came to be of the objects of one kind. */
export type Change =
  /** All that there are: what is not among them is gone. */
  | { readonly kind: 'listed'; readonly objects: readonly KubernetesObject[] }
  | { readonly kind: 'set'; readonly object: KubernetesObject }
  | { readonly kind: 'gone'; readonly object: KubernetesObject };

interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubernetesObject;
}

const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * The objects of a kind, then every change of them, for ever. A watch that the server ends goes on from there; after
 * one that broke, or whose place the server has forgotten, everything is listed anew.
 *
 * @throws {ApiError} when the server does not allow it.
 * @throws `signal.reason` when aborted.
 */
export async function* watchObjects(
  cluster: Cluster,
  {
    resource,
    namespace,
    ...options
  }: ListOptions & {
    readonly resource: ResourceKind;
    readonly namespace?: string | undefined;
  },
): AsyncGenerator<Change, never, undefined> {
  const { signal, labels } = options;
  for (let failures = 0; ;) {
    try {
      const listed = await new Objects(cluster).list(resource, namespace, options);
      yield { kind: 'listed', objects: listed.objects };
      let from = listed.resourceVersion;
      for (;;) {
        const path = pathOfKind(resource, namespace);
        for await (const line of linesOf(cluster, { path, from, labels, signal })) {
          if (line.type === 'ERROR') throw expired(line);
          from = line.object.metadata.resourceVersion ?? from;
          failures = 0;
          const change = changeOf(line, resource);
          if (change !== undefined) yield change;
        }
        // A server that ends every watch at once must not be asked without a pause.
        await systemClock.sleep(PAUSE_MS, signal);
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!isWorthAnotherTry(error)) throw error;
      failures += 1;
      await systemClock.sleep(Math.min(PAUSE_MS * failures, LONGEST_PAUSE_MS), signal);
    }
  }
}

/** Objects by key, kept up to date by changes. */
export function remember(known: Map<string, KubernetesObject>, change: Change): void {
  if (change.kind === 'set') known.set(keyOf(idOf(change.object)), change.object);
  else if (change.kind === 'gone') known.delete(keyOf(idOf(change.object)));
  else {
    known.clear();
    for (const object of change.objects) known.set(keyOf(idOf(object)), object);
  }
}

interface WatchPlace {
  readonly path: string;
  readonly from: string;
  readonly labels: string | undefined;
  readonly signal: AbortSignal;
}

async function* linesOf(
  cluster: Cluster,
  { path, from, labels, signal }: WatchPlace,
): AsyncGenerator<WatchLine, void, undefined> {
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: from,
    // The server would choose an hour; a connection that died in silence is found out sooner.
    timeoutSeconds: '300',
    labelSelector: labels,
  };
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of cluster.stream({ method: 'GET', path, query, signal })) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the API promises
      if (line !== '') yield JSON.parse(line) as WatchLine;
    }
  }
}

function changeOf({ type, object }: WatchLine, resource: ResourceKind): Change | undefined {
  if (type === 'BOOKMARK') return undefined;
  const { apiVersion, kind } = resource;
  const whole = { ...object, apiVersion, kind };
  return type === 'DELETED' ? { kind: 'gone', object: whole } : { kind: 'set', object: whole };
}

function expired({ object }: WatchLine): ApiError {
  return new ApiError(410, statusOf(JSON.stringify(object)), { verb: 'watch', path: '' });
}

function isWorthAnotherTry(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof NoServerError) return true;
  if (error instanceof ApiError) return error.status === 410 || error.status >= 429;
  // The connection broke in the middle of a line: an error of the system's.
  return error instanceof Error && 'code' in error;
}
