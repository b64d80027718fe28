import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type CommandOptions, command } from '../command.ts';
import { docker, dockerSocket, folderOf } from '../layout.ts';
import { type Space, startIn } from '../space.ts';
import { until } from '../until.ts';

/** Debian's client, which can build with BuildKit by itself; the one that comes first in PATH may be another. */
const CLIENT = '/usr/bin/docker';

/** Runs the command-line client against the engine of the bed. */
export function dockerCommand(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const environment = { ...options.environment, DOCKER_HOST: `unix://${dockerSocket}` };
  return command(CLIENT, args, { ...options, environment });
}

/** Whether the engine answers. */
export function isEngineUp(): Promise<boolean> {
  const url = ['--silent', '--fail', '--max-time', '5', '--unix-socket', dockerSocket];
  return command('curl', [...url, 'http://engine/_ping']).then(
    (answer) => answer === 'OK',
    () => false,
  );
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
  await removeContainers();
}

/** Removes what users of the engine made, except images. */
export async function removeContainers(): Promise<void> {
  const containers = (await dockerCommand(['ps', '--all', '--quiet'])).split('\n').filter(Boolean);
  if (containers.length > 0) await dockerCommand(['rm', '--force', '--volumes', ...containers]);
  const volumes = (await dockerCommand(['volume', 'ls', '--quiet'])).split('\n').filter(Boolean);
  if (volumes.length > 0) await dockerCommand(['volume', 'rm', '--force', ...volumes]);
  await dockerCommand(['network', 'prune', '--force']);
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
