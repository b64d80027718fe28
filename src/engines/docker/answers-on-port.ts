import { connectTcp } from '../../host/tcp.ts';
import type { DockerContext } from './context.ts';
import { isPodman } from './is-podman.ts';
import type { Container } from './shapes.ts';

/**
 * Milliseconds after which a connection that nobody has closed counts as held by the service itself. Docker's proxy closes
 * one that leads nowhere within 12 on a busy machine; that of Podman without root, within 230.
 */
const HELD_MS = { docker: 40, podman: 500 } as const;

/**
 * Does somebody listen behind the first published port? The engine's own proxy accepts every connection, and closes it
 * at once when nobody does.
 */
export async function answersOnPort(
  { api, isLocal }: Pick<DockerContext, 'api' | 'isLocal'>,
  { NetworkSettings }: Container,
  signal: AbortSignal,
): Promise<boolean> {
  const bound = Object.entries(NetworkSettings.Ports ?? {}).find(
    ([key, bindings]) => key.endsWith('/tcp') && (bindings ?? []).length > 0,
  )?.[1]?.[0];
  // On another machine the port may be behind a wall.
  if (bound === undefined || !isLocal) return true;
  const host = bound.HostIp === '' || bound.HostIp === '0.0.0.0' ? '127.0.0.1' : bound.HostIp;
  const heldMs = HELD_MS[(await isPodman({ api }, signal)) ? 'podman' : 'docker'];
  try {
    const socket = await connectTcp({ host, port: Number(bound.HostPort) }, signal);
    try {
      return await new Promise((resolve) => {
        const timer = setTimeout(() => resolve(true), heldMs);
        const end = (answers: boolean) => (): void => {
          clearTimeout(timer);
          resolve(answers);
        };
        socket.once('data', end(true)).once('close', end(false)).once('error', end(false));
        socket.resume();
      });
    } finally {
      socket.destroy();
    }
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
