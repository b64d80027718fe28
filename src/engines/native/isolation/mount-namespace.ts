import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { InnerProcess, OuterProcess, Surroundings, View } from '../isolation.ts';
import { inMountOrder, isAt } from './mount-order.ts';
import { type Bind, makeRootSkeleton } from './root-skeleton.ts';

/**
 * Runs within the new namespace: mounts everything by one call of `mount`, makes the new root the root, lets the old one
 * go, and becomes the program. No process stays between the supervisor and the program.
 */
const SCRIPT = `
set -e
PATH=$5 mount -a -T "$1"
cd "$2"
PATH=$5 pivot_root . .
PATH=$5 umount -l .
[ -z "$3" ] || PATH=$5 hostname "$3" 2>/dev/null || :
cd "$4"
unset OLDPWD
shift 5
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
  { scratch, unshare, uid, gid }: NamespaceOptions,
): OuterProcess {
  const { root, table } = prepare(surroundings, { scratch, cwd });
  const { hostname = '' } = surroundings;
  const enter = [
    ...(uid === 0 ? [] : ['--user', '--map-root-user']),
    '--mount',
    ...(hostname === '' ? [] : ['--uts']),
  ];
  // Root in a user namespace becomes the ordinary user again: programs behave differently for root.
  const back =
    uid === 0 ? [] : [unshare, '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'];
  const script = ['/bin/sh', '-c', SCRIPT, 'bowline', table, root, hostname, cwd, SYSTEM_PATH];
  return {
    argv: [unshare, ...enter, '--', ...script, ...back, ...argv],
    cwd: '/',
    environment: Object.fromEntries(environment),
    rewritten: [],
  };
}

/**
 * Each set of views has a skeleton and a table of its own: those of a process that runs are never changed below it, and
 * a place that was a file is never needed as a folder.
 */
function prepare(
  { views, hosts, hostname }: Surroundings,
  { scratch, cwd }: { readonly scratch: string; readonly cwd: string },
): { readonly root: string; readonly table: string } {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const hostsFile = join(scratch, 'hosts');
  replaceFile(hostsFile, hostsText(hosts, hostname));
  const all: readonly View[] = [
    ...views,
    ...workingFolder(cwd, views, join(scratch, 'cwd')),
    { source: hostsFile, target: '/etc/hosts', readOnly: false },
  ];
  const name = createHash('sha256')
    .update(JSON.stringify(all.map(identityOf)))
    .digest('hex');
  const root = join(scratch, `root-${name.slice(0, 12)}`);
  const table = join(scratch, `mounts-${name.slice(0, 12)}`);
  const binds: readonly Bind[] = [
    { source: root, target: root, readOnly: false },
    ...makeRootSkeleton(root, all),
  ];
  replaceFile(table, binds.map(tableLine).join(''));
  return { root, table };
}

function identityOf(view: View): unknown {
  return [view, statSync(view.source, { throwIfNoEntry: false })?.isDirectory()];
}

/** As in Docker, the working directory is made where neither the image nor a mount has it. */
function workingFolder(cwd: string, views: readonly View[], empty: string): readonly View[] {
  const around = inMountOrder(views).findLast(({ target }) => isAt(cwd, target));
  const place = around === undefined ? cwd : join(around.source, cwd.slice(around.target.length));
  if (existsSync(place)) return [];
  if (around === undefined || around.merge === true) {
    mkdirSync(empty, { recursive: true });
    return [{ source: empty, target: cwd, readOnly: false }];
  }
  if (!around.readOnly) mkdirSync(place, { recursive: true });
  return [];
}

/** Whoever has the old file open or mounted keeps it. */
function replaceFile(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
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
function hostsText(hosts: ReadonlyMap<string, string>, hostname: string | undefined): string {
  const all = new Map(hosts);
  if (hostname !== undefined && !all.has(hostname)) all.set(hostname, '127.0.0.1');
  const own = [...all].map(([name, address]) => `${address}\t${name}\n`).join('');
  let machine = '127.0.0.1\tlocalhost\n';
  try {
    machine = readFileSync('/etc/hosts', 'utf8');
  } catch {
    // A machine without a hosts file still knows itself.
  }
  return `${own}${machine}`;
}
