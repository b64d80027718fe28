import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { command } from '../command.ts';
import { type Client, answers, clientOf, removeContainers } from '../docker/client.ts';
import { podman, podmanSocket } from '../layout.ts';
import { type Space, entering, startIn } from '../space.ts';
import { until } from '../until.ts';
import { makeSettings } from './settings.ts';
import { asUser, emptyFolder } from './user.ts';

/** Runs Docker's command-line client against Podman. */
export const podmanCommand: Client = clientOf(podmanSocket);

/** Runs Podman's own command line beside its service. */
export function podmanInside(
  space: Space,
  args: readonly string[],
  timeoutMs = 60_000,
): Promise<string> {
  const [nsenter = '', ...rest] = entering(space);
  const line = [...rest, ...asUser(makeSettings()), 'podman', ...args];
  return command(nsenter, line, { timeoutMs, folder: '/' });
}

/** Whether Podman answers. */
export function isPodmanUp(): Promise<boolean> {
  return answers(podmanSocket);
}

/** Starts Podman's service; its images are those of the last time, its containers are none. */
export async function startPodman(space: Space): Promise<void> {
  emptyFolder('run');
  emptyFolder('tmp');
  const service = ['podman', 'system', 'service', '--time=0', `unix://${podmanSocket}`];
  const daemon = startIn(space, 'podman', [...asUser(makeSettings()), ...service]);
  await until('podman to answer', async () => {
    if (daemon.exitCode !== null)
      throw new Error(`podman ended: ${lastLineOf(join(podman.folder, 'log/podman.log'))}`);
    return isPodmanUp();
  });
  await removeContainers(podmanCommand);
}

function lastLineOf(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
}
