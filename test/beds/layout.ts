import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of this file: recipes of images and the list of Go modules lie below it. */
export const sources: string = import.meta.dirname;

/** What takes long to make and is named by the hash of what it is made of. May be deleted at any time. */
export const cache: string = process.env['BOWLINE_BEDS_CACHE'] ?? '/var/cache/bowline-beds';

/** State of the beds. One machine has one bed of each kind: addresses and ports are fixed. */
const state = process.env['BOWLINE_BEDS_STATE'] ?? '/var/lib/bowline-beds';

/** A bed: processes in namespaces of their own, and a folder. */
export interface Bed {
  readonly name: 'docker' | 'kubernetes' | 'podman';
  readonly title: string;
  /** Everything that the bed writes, except caches. */
  readonly folder: string;
}

/** A bed that changes the machine's network and control groups, and by what these traces are known. */
export interface RootfulBed extends Bed {
  /** First numbers of all addresses of its interfaces and rules. */
  readonly addresses: '198.18.' | '198.19.';
  /** Names of its interfaces. */
  readonly interfaces: RegExp;
  /** Chains of iptables that it makes. */
  readonly chains: RegExp;
  /** The control group below which all its containers are, in each hierarchy. */
  readonly cgroup: string;
}

export const docker: RootfulBed = {
  name: 'docker',
  title: 'Docker bed',
  folder: join(state, 'docker'),
  addresses: '198.19.',
  interfaces: /^(docker0|br-[0-9a-f]{12})$/,
  chains: /^DOCKER/,
  cgroup: 'bowline-docker',
};

export const kubernetes: RootfulBed = {
  name: 'kubernetes',
  title: 'Kubernetes bed',
  folder: join(state, 'kubernetes'),
  addresses: '198.18.',
  interfaces: /^(bed0|bedcni0)$/,
  chains: /^(KUBE|CNI)-/,
  cgroup: 'bowline-kubernetes',
};

/** Runs as an ordinary user: it may change nothing outside its folder. */
export const podman: Bed = {
  name: 'podman',
  title: 'Podman bed',
  folder: join(state, 'podman'),
};

/** Each after those that it may start. */
export const beds: readonly Bed[] = [docker, kubernetes, podman];

export const rootfulBeds: readonly RootfulBed[] = [docker, kubernetes];

/** Where the engine of the Docker bed listens. */
export const dockerSocket: string = join(docker.folder, 'docker.sock');

/** Where Podman listens, with the API of Docker Engine. */
export const podmanSocket: string = join(podman.folder, 'run', 'podman.sock');

/** The registry of the Docker bed, as images are named in it. */
export const registry = 'localhost:5000';

/** Gives the path of a folder of the bed, which then exists. */
export function folderOf(bed: Bed, ...names: readonly string[]): string {
  const path = join(bed.folder, ...names);
  mkdirSync(path, { recursive: true, mode: 0o755 });
  return path;
}
