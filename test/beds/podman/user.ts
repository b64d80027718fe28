import { chownSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { folderOf, podman } from '../layout.ts';
import { until } from '../until.ts';

/**
 * The ordinary user that Podman runs as. It exists in the bed's mount namespace only, and has numbers that no system gives
 * to anybody: by them its processes are known.
 */
const USER = { name: 'bowline-bed', id: 700_000_000, firstSubordinate: 700_100_000, count: 65_536 };

/** Files by which the machine knows its users: in the bed, they are these. */
const files: Readonly<Record<string, string>> = {
  passwd: [
    'root:x:0:0:root:/root:/bin/sh',
    `${USER.name}:x:${USER.id}:${USER.id}::${join(podman.folder, 'home')}:/bin/sh`,
    '',
  ].join('\n'),
  group: `root:x:0:\n${USER.name}:x:${USER.id}:\n`,
  subuid: `${USER.name}:${USER.firstSubordinate}:${USER.count}\n`,
  subgid: `${USER.name}:${USER.firstSubordinate}:${USER.count}\n`,
};

/** Writes the user down, and gives the lines by which the namespaces begin. */
export function makeUser(): readonly string[] {
  const folder = folderOf(podman, 'etc');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return [
    // As systemd leaves it: what containers mount is theirs, and goes on to their own namespaces.
    'mount --make-rshared /',
    // Podman's locks.
    'mount -t tmpfs -o mode=1777 shm /dev/shm',
    ...openDevice('/dev/net/tun', 'c 10 200', join(folder, 'tun')),
    ...Object.keys(files).map((name) => `mount --bind '${join(folder, name)}' /etc/${name}`),
  ];
}

/** What udev lets every user open is root's where no udev runs. In the bed it is a copy that is everybody's. */
function openDevice(path: string, numbers: string, copy: string): readonly string[] {
  return [
    `rm -f '${copy}'`,
    `mknod '${copy}' ${numbers}`,
    `chmod 666 '${copy}'`,
    `mount --bind '${copy}' ${path}`,
  ];
}

/** Gives the path of a folder that is the user's own. */
export function ownFolder(...names: readonly string[]): string {
  const path = folderOf(podman, ...names);
  giveToUser(path);
  return path;
}

/** The same, empty: what it says of processes is no longer so in a new PID namespace. */
export function emptyFolder(name: string): string {
  rmSync(join(podman.folder, name), { recursive: true, force: true });
  mkdirSync(join(podman.folder, name), { mode: 0o700 });
  return ownFolder(name);
}

/** Hands a file over to the user. */
export function giveToUser(path: string): void {
  chownSync(path, USER.id, USER.id);
}

/** How a command line must begin to be carried out by the user, with these variables and no others. */
export function asUser(variables: Readonly<Record<string, string>>): readonly string[] {
  const identity = [`--reuid=${USER.id}`, `--regid=${USER.id}`, '--clear-groups'];
  const environment = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return ['setpriv', ...identity, 'env', '-i', ...environment];
}

/** Waits until the kernel has ended the processes of the user and of its containers, too. */
export async function awaitNoProcesses(): Promise<void> {
  await until(`the processes of ${USER.name} to end`, () => processesOfUser().length === 0);
}

/** Numbers of the processes of the user and of its containers. */
export function processesOfUser(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isOfUser(ownerOf(pid)));
}

function isOfUser(id: number): boolean {
  const { firstSubordinate: first, count } = USER;
  return id === USER.id || (id >= first && id < first + count);
}

function ownerOf(pid: number): number {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? -1;
}
