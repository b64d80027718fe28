import { podman, podmanSocket } from '../layout.ts';
import { endSpace, findSpace, startSpace } from '../space.ts';
import { requireMachine } from '../unavailable.ts';
import { returnDocker } from '../docker/borrow.ts';
import { isPodmanUp, startPodman } from './engine.ts';
import { takeImages } from './images.ts';
import { awaitNoProcesses, makeUser } from './user.ts';

const programs: Readonly<Record<string, string>> = {
  podman: 'podman',
  runc: 'runc',
  conmon: 'conmon',
  newuidmap: 'uidmap',
  slirp4netns: 'slirp4netns',
  '/usr/lib/podman/netavark': 'netavark',
  '/usr/lib/podman/aardvark-dns': 'aardvark-dns',
  iptables: 'iptables',
  setpriv: 'util-linux',
  curl: 'curl',
  '/usr/bin/docker': 'docker.io',
};

/** Starts Podman's service for an ordinary user, with the images of the Docker bed; does only what is left to do. */
export async function upPodman(say: (line: string) => void): Promise<void> {
  requireMachine(programs);
  const space = findSpace(podman);
  if (space !== undefined && (await isPodmanUp())) return takeImages(space, say);
  await downPodman();
  const fresh = await startSpace(podman, makeUser());
  await startPodman(fresh);
  say(`engine at unix://${podmanSocket}`);
  await takeImages(fresh, say);
}

/** Ends everything; images stay for the next time. Does nothing when there is nothing. */
export async function downPodman(): Promise<void> {
  await endSpace(podman);
  await awaitNoProcesses();
  await returnDocker(podman);
}
