import type { Span } from '../../model/diagnostic.ts';
import type { EventBody } from '../../model/event.ts';
import type { Service, ServiceName } from '../../model/project.ts';
import { DockerError } from './api.ts';
import { registryAuth } from './credentials.ts';
import { explainRefusal } from './failures.ts';
import { jsonLines } from './json-lines.ts';
import type { DockerContext } from './context.ts';
import type { Image } from './shapes.ts';

/** The image of that name that the engine has; undefined when it has none. */
export async function findImage(
  { api }: DockerContext,
  name: string,
  signal: AbortSignal,
): Promise<Image | undefined> {
  try {
    return await api.call<Image>({ path: `/images/${encodeImage(name)}/json`, signal });
  } catch (error) {
    if (error instanceof DockerError && error.status === 404) return undefined;
    throw error;
  }
}

/** Slashes and colons of names stay; what else is not for paths is encoded. */
export function encodeImage(name: string): string {
  return name
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replaceAll('%3A', ':')
    .replaceAll('%40', '@');
}

interface Progress {
  readonly status?: string;
  readonly id?: string;
  readonly error?: string;
}

export interface PullOptions {
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
  readonly service: Pick<Service, 'name' | 'at' | 'imageAt'>;
  readonly platform?: string;
}

/**
 * Fetches an image from its registry.
 *
 * @throws {RunError} that says why there is none.
 */
export async function pullImage(
  context: DockerContext,
  name: string,
  { signal, emit, service, platform }: PullOptions,
): Promise<void> {
  const [image, tag] = splitTag(name);
  try {
    const headers = await registryAuth(name, context.surroundings, signal);
    const body = await context.api.stream({
      method: 'POST',
      path: '/images/create',
      query: { fromImage: image, tag, platform },
      headers,
      signal,
    });
    for await (const { error, status } of jsonLines<Progress>(body)) {
      if (error !== undefined) throw new DockerError(500, error);
      if (status?.startsWith('Status: ') === true)
        emit({
          kind: 'note',
          level: 'info',
          service: service.name,
          text: `${name}: ${status.slice(8)}`,
        });
    }
  } catch (error) {
    signal.throwIfAborted();
    throw explainRefusal(error, { ...placeOf(service), doing: `pull ${name}`, image: name });
  }
}

function placeOf({ name, at, imageAt = at }: PullOptions['service']): {
  readonly service: ServiceName;
  readonly at: Span;
} {
  return { service: name, at: imageAt };
}

/** A digest is a tag to the engine. A name without tag is `latest`. */
export function splitTag(name: string): readonly [image: string, tag: string] {
  const at = name.indexOf('@');
  if (at >= 0) return [name.slice(0, at), name.slice(at + 1)];
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/')
    ? [name.slice(0, colon), name.slice(colon + 1)]
    : [name, 'latest'];
}

/** Sends an image to its registry. */
export async function pushImage(
  context: DockerContext,
  name: string,
  { signal, emit, service }: Omit<PullOptions, 'platform'>,
): Promise<void> {
  const [image, tag] = splitTag(name);
  try {
    const headers = await registryAuth(name, context.surroundings, signal);
    const body = await context.api.stream({
      method: 'POST',
      path: `/images/${encodeImage(image)}/push`,
      query: { tag },
      // The engine refuses a push without the header, also where nobody has to log in.
      headers: { 'x-registry-auth': Buffer.from('{}').toString('base64url'), ...headers },
      signal,
    });
    for await (const { error, status } of jsonLines<Progress>(body)) {
      if (error !== undefined) throw new DockerError(500, error);
      if (status !== undefined && /digest: /.test(status))
        emit({ kind: 'note', level: 'info', service: service.name, text: `${name}: ${status}` });
    }
  } catch (error) {
    signal.throwIfAborted();
    throw explainRefusal(error, { ...placeOf(service), doing: `push ${name}`, image: name });
  }
}

/** Does the policy ask for a look at the registry before each start, whatever the engine has? */
export function wantsPull(
  service: Service,
  policy: string | undefined,
  image: Image | undefined,
): boolean {
  if (service.build !== undefined && policy === undefined) return false;
  switch (policy ?? 'missing') {
    case 'always':
    case 'refresh':
      return true;
    case 'never':
    case 'build':
      return false;
    case 'daily':
      return isOlder(image, 86_400_000);
    case 'weekly':
      return isOlder(image, 7 * 86_400_000);
    default:
      return image === undefined;
  }
}

function isOlder(image: Image | undefined, ageMs: number): boolean {
  return image?.Created === undefined || Date.now() - Date.parse(image.Created) > ageMs;
}
