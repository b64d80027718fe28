import { dockerSocket, docker, registry } from '../layout.ts';
import { setKernel } from '../network.ts';
import { endSpace, findSpace, startSpace } from '../space.ts';
import { begin, cleanUp, hasTraces } from '../traces.ts';
import { UnavailableError, requireMachine } from '../unavailable.ts';
import { removeContainers } from './client.ts';
import { dockerCommand, isEngineUp, startEngine } from './engine.ts';
import { makeImages } from './images.ts';
import { isRegistryUp, startRegistry } from './registry.ts';

const programs: Readonly<Record<string, string>> = {
  dockerd: 'docker.io',
  containerd: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  ip: 'iproute2',
  debootstrap: 'debootstrap',
  'docker-registry': 'docker-registry',
  nsenter: 'util-linux',
  curl: 'curl',
};

/** Starts the engine and the registry, with the images; does only what is left to do. */
export async function upDocker(say: (line: string) => void): Promise<void> {
  requireMachine(programs);
  const space = findSpace(docker);
  if (space !== undefined && (await isDockerUp())) return makeImages(space, say);
  await downDocker();
  if (await hasTraces(docker)) {
    throw new UnavailableError('another Docker Engine runs on this machine; stop it first');
  }
  if (await isRegistryUp()) throw new UnavailableError(`another registry answers at ${registry}`);
  begin(docker);
  setKernel(docker);
  const fresh = await startSpace(docker);
  await startRegistry(fresh);
  await startEngine(fresh);
  say(`engine at unix://${dockerSocket}, registry at ${registry}`);
  await makeImages(fresh, say);
}

/** Ends everything and leaves the machine as it was; images stay for the next time. Does nothing when there is nothing. */
export async function downDocker(): Promise<void> {
  if (await isEngineUp()) await removeContainers(dockerCommand).catch(() => {});
  await endSpace(docker);
  await cleanUp(docker);
}

export async function isDockerUp(): Promise<boolean> {
  return (await isEngineUp()) && (await isRegistryUp());
}
