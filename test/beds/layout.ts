import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of this file: recipes of images and the list of Go modules lie below it. */
export const sources: string = import.meta.dirname;

/** What takes long to make and is named by the hash of what it is made of. May be deleted at any time. */
export const cache: string = process.env['BOWLINE_BEDS_CACHE'] ?? '/var/cache/bowline-beds';

/** State of the beds. One machine has one bed of each kind: addresses and ports are fixed. */
const state = process.env['BOWLINE_BEDS_STATE'] ?? '/var/lib/bowline-beds';

/** A bed, and by what its traces on the machine are known. */
export interface Bed {
  readonly name: 'docker' | 'kubernetes';
  readonly title: string;
  /** Everything that the bed writes, except caches. */
  readonly folder: string;
  /** First numbers of all addresses of its interfaces and rules. */
  readonly addresses: '198.18.' | '198.19.';
  /** Names of its interfaces. */
  readonly interfaces: RegExp;
  /** Chains of iptables that it makes. */
  readonly chains: RegExp;
  /** The control group below which all its containers are, in each hierarchy. */
  readonly cgroup: string;
}

export const docker: Bed = {
  name: 'docker',
  title: 'Docker bed',
  folder: join(state, 'docker'),
  addresses: '198.19.',
  interfaces: /^(docker0|br-[0-9a-f]{12})$/,
  chains: /^DOCKER/,
  cgroup: 'bowline-docker',
};

export const kubernetes: Bed = {
  name: 'kubernetes',
  title: 'Kubernetes bed',
  folder: join(state, 'kubernetes'),
  addresses: '198.18.',
  interfaces: /^(bed0|bedcni0)$/,
  chains: /^(KUBE|CNI)-/,
  cgroup: 'bowline-kubernetes',
};

export const beds: readonly Bed[] = [docker, kubernetes];

/** Where the engine of the Docker bed listens. */
export const dockerSocket: string = join(docker.folder, 'docker.sock');

/** The registry of the Docker bed, as images are named in it. */
export const registry = 'localhost:5000';

/** Gives the path of a folder of the bed, which then exists. */
export function folderOf(bed: Bed, ...names: readonly string[]): string {
  const path = join(bed.folder, ...names);
  mkdirSync(path, { recursive: true, mode: 0o755 });
  return path;
}
