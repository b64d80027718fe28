import { randomBytes } from 'node:crypto';

import { serveGrpc } from '../../host/grpc-server.ts';
import { DockerError } from './api.ts';
import { buildServices } from './build-services.ts';
import type { DockerContext } from './context.ts';
import type { Section } from './json.ts';

export interface BuildSession {
  /** Names it in the request to build. */
  readonly id: string;
  end(): void;
}

/**
 * The connection through which BuildKit asks for what a build may read but is no part of its context: secrets, keys of
 * SSH, credentials of registries. Nothing of it is sent before it is asked for. Absent: the engine knows no such thing.
 *
 * @see https://github.com/moby/buildkit/tree/master/session
 */
export async function openBuildSession(
  context: DockerContext,
  build: Section,
  signal: AbortSignal,
): Promise<BuildSession | undefined> {
  const id = randomBytes(13).toString('hex');
  const headers = {
    upgrade: 'h2c',
    'x-docker-expose-session-uuid': id,
    'x-docker-expose-session-name': 'bowline',
  };
  try {
    const connection = await context.api.open({
      method: 'POST',
      path: '/session',
      headers,
      signal,
    });
    connection.on('error', () => {});
    serveGrpc(connection, buildServices(context, build, signal));
    return { id, end: () => void connection.destroy() };
  } catch (error) {
    if (error instanceof DockerError) return undefined;
    throw error;
  }
}
