import { chmod, chown, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { copy } from './copy-cluster.ts';
import { optionOf } from './host-rules.ts';
import { ForeignFiles } from './init-problem.ts';
import { outsidePath } from './postgres-service.ts';
import type { PostgresServer } from './server-process.ts';
import type { PostgresSettings } from './settings.ts';

/** Path inside the container where the write-ahead log is wanted; undefined: beside the data. */
export function walFolderOf({ walFolder, initdbArgs }: PostgresSettings): string | undefined {
  return walFolder ?? optionOf(initdbArgs, '--waldir', '-X');
}

/** The arguments without the log's place: a template has its log inside. */
export function withoutWalFolder(args: readonly string[]): readonly string[] {
  return args.filter((arg, index) => {
    const before = args[index - 1];
    if (before === '--waldir' || before === '-X') return false;
    return !arg.startsWith('--waldir') && !arg.startsWith('-X');
  });
}

/** What a log's folder holds, and nothing else does. */
const OWN_NAMES = /^([0-9A-F]{24}(\..+)?|archive_status|summaries|lost\+found)$/;

/** Moves the log of a new, stopped cluster to a folder of its own, as `initdb --waldir` does. */
export async function moveWal(
  { folder, service, launcher }: PostgresServer,
  inside: string,
  signal: AbortSignal,
): Promise<void> {
  const outside = outsidePath(service.views, inside);
  const target = outside ?? join(service.anonymous, encodeURIComponent(inside));
  await mkdir(target, { recursive: true, mode: 0o700 });
  const names = await readdir(target);
  const foreign = names.filter((name) => !OWN_NAMES.test(name));
  if (foreign.length > 0) throw new ForeignFiles(target, foreign);
  // A log whose cluster is gone: the data folder was empty.
  for (const name of names.filter((each) => each !== 'lost+found')) {
    await rm(join(target, name), { recursive: true });
  }
  const from = join(folder, 'pg_wal');
  const moved = (await readdir(from)).map((name) => join(from, name));
  await copy(moved, target, signal);
  await rm(from, { recursive: true });
  await symlink(target, from);
  await chmod(target, 0o700);
  const { uid, gid } = launcher.owner;
  if (uid !== process.getuid?.()) await chown(target, uid, gid);
}
