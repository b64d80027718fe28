import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { docker, dockerSocket, folderOf } from '../layout.ts';
import { type Space, startIn } from '../space.ts';
import { until } from '../until.ts';
import { type Client, answers, clientOf, removeContainers } from './client.ts';

/** Runs the command-line client against the engine of the bed. */
export const dockerCommand: Client = clientOf(dockerSocket);

/** Whether the engine answers. */
export function isEngineUp(): Promise<boolean> {
  return answers(dockerSocket);
}

/** Starts the engine; its images are those of the last time, its containers are none. */
export async function startEngine(space: Space): Promise<void> {
  const file = join(folderOf(docker), 'daemon.json');
  // Of the last time, with numbers that other processes have in the new namespace.
  rmSync(join(docker.folder, 'dockerd.pid'), { force: true });
  rmSync(join(docker.folder, 'exec'), { recursive: true, force: true });
  writeFileSync(file, JSON.stringify(settings(), undefined, 2));
  const daemon = startIn(space, 'dockerd', ['dockerd', '--config-file', file]);
  await until('dockerd to answer', async () => {
    if (daemon.exitCode !== null)
      throw new Error(`dockerd ended: see ${docker.folder}/log/dockerd.log`);
    return isEngineUp();
  });
  await removeContainers(dockerCommand);
}

function settings(): Readonly<Record<string, unknown>> {
  return {
    hosts: [`unix://${dockerSocket}`],
    pidfile: join(docker.folder, 'dockerd.pid'),
    'data-root': folderOf(docker, 'data'),
    'exec-root': folderOf(docker, 'exec'),
    'cgroup-parent': `/${docker.cgroup}`,
    'storage-driver': 'overlay2',
    bip: '198.19.0.1/24',
    'default-address-pools': [{ base: '198.19.128.0/17', size: 24 }],
    // Its default is negative, which root may set only with CAP_SYS_RESOURCE.
    'oom-score-adjust': 0,
    // Seconds that containers have to end when the engine is told to.
    'shutdown-timeout': 2,
  };
}
