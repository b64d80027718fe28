import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { InnerProcess, OuterProcess, Surroundings, View } from '../isolation.ts';
import { type Bind, makeRootSkeleton } from './root-skeleton.ts';

/**
 * Runs within the new namespace: mounts everything by one call of `mount`, makes the new root the root, lets the old one
 * go, and becomes the program. No process stays between the supervisor and the program.
 */
const SCRIPT = `
set -e
PATH=$4 mount -a -T "$1"
cd "$2"
PATH=$4 pivot_root . .
PATH=$4 umount -l .
cd "$3"
shift 4
exec "$@"
`;

/** Where `mount` and its like are, whatever the service's own `PATH` is. */
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

export interface NamespaceOptions {
  /** Folder of this one copy of the service: skeleton of the root, table of mounts, hosts file. */
  readonly scratch: string;
  readonly unshare: string;
  readonly uid: number;
  readonly gid: number;
}

/** A process that sees the machine with `surroundings` over it; paths and names need no rewriting. */
export function namespaceProcess(
  { argv, cwd, environment }: InnerProcess,
  surroundings: Surroundings,
  options: NamespaceOptions,
): OuterProcess {
  const { scratch, unshare, uid, gid } = options;
  const root = join(scratch, 'root');
  const table = join(scratch, 'mounts');
  prepare(surroundings, { scratch, root, table });
  const enter = uid === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  // Root in a user namespace becomes the ordinary user again: programs behave differently for root.
  const back =
    uid === 0 ? [] : [unshare, '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'];
  return {
    argv: [
      unshare,
      ...enter,
      '--',
      '/bin/sh',
      '-c',
      SCRIPT,
      'bowline',
      table,
      root,
      cwd,
      SYSTEM_PATH,
      ...back,
      ...argv,
    ],
    cwd: '/',
    environment: Object.fromEntries(environment),
    rewritten: [],
  };
}

function prepare(
  { views, hosts }: Surroundings,
  {
    scratch,
    root,
    table,
  }: { readonly scratch: string; readonly root: string; readonly table: string },
): void {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  rmSync(table, { force: true });
  const hostsFile = join(scratch, 'hosts');
  writeFileSync(hostsFile, hostsText(hosts));
  const all: readonly View[] = [
    ...views,
    { source: hostsFile, target: '/etc/hosts', readOnly: false },
  ];
  const binds: readonly Bind[] = [
    { source: root, target: root, readOnly: false },
    ...makeRootSkeleton(root, all),
  ];
  writeFileSync(table, binds.map(tableLine).join(''));
}

/** @see https://man7.org/linux/man-pages/man5/fstab.5.html */
function tableLine({ source, target, readOnly }: Bind): string {
  return `${tableWord(source)} ${tableWord(target)} none rbind${readOnly ? ',ro' : ''} 0 0\n`;
}

function tableWord(path: string): string {
  return path.replaceAll(
    /[\s\\#]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}

/** The machine's own names, then those of the services: the first line that has a name wins, so ours go first. */
function hostsText(hosts: ReadonlyMap<string, string>): string {
  const own = [...hosts].map(([name, address]) => `${address}\t${name}\n`).join('');
  let machine = '127.0.0.1\tlocalhost\n';
  try {
    machine = readFileSync('/etc/hosts', 'utf8');
  } catch {
    // A machine without a hosts file still knows itself.
  }
  return `${own}${machine}`;
}
