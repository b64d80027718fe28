import { createHmac, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import { errorCodeOf } from '../../../host/error-code.ts';
import { runCommand } from '../../../host/run-command.ts';
import { launched } from './launcher.ts';
import type { ClusterLocale } from './locale.ts';
import { InitFailure } from './init-failure.ts';
import { forgetOldTemplates } from './old-templates.ts';
import { identifier, singleUser, type SingleUserOptions } from './single-user.ts';

/** What a new cluster is made with: everything that its files depend on. */
export interface ClusterWish {
  readonly user: string;
  readonly database: string;
  readonly password?: string;
  /** Of `initdb`, those of the locale among them. */
  readonly args: readonly string[];
  readonly locale: ClusterLocale;
}

export interface TemplateOptions extends Omit<SingleUserOptions, 'environment' | 'database'> {
  /** Folder of bowline's cache. */
  readonly cache: string;
}

/**
 * A folder with a new, stopped cluster as wished, to be copied: made by `initdb` the first time, found the next. It holds
 * what `initdb` makes and the database, never anybody's data.
 *
 * @throws {InitFailure}
 */
export async function clusterTemplate(
  wish: ClusterWish,
  options: TemplateOptions,
): Promise<string> {
  const folder = join(options.cache, 'postgres/templates');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const target = join(folder, await keyOf(wish, folder, options));
  if (await exists(target)) {
    const now = new Date();
    await utimes(target, now, now);
    return target;
  }
  const draft = await mkdtemp(join(folder, '.draft-'));
  try {
    await makeCluster(join(draft, 'data'), wish, { ...options, draft });
    await rename(join(draft, 'data'), target).catch((error: unknown) => {
      // Somebody else was faster.
      if (!['ENOTEMPTY', 'EEXIST'].includes(errorCodeOf(error) ?? '')) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await forgetOldTemplates(folder, target);
  return target;
}

/** The password is in it through a key that only this user can read, lest the folder's name tell it. */
async function keyOf(
  wish: ClusterWish,
  folder: string,
  { binaries, launcher }: TemplateOptions,
): Promise<string> {
  const secret = await readFile(join(folder, '.key')).catch(() => undefined);
  const key = secret ?? randomBytes(32);
  if (secret === undefined) await writeFileAtomically(join(folder, '.key'), key);
  const text = JSON.stringify([2, binaries.build, launcher.owner, wish]);
  const id = createHmac('sha256', key).update(text).digest('hex').slice(0, 24);
  return `${binaries.major}-${id}`;
}

async function makeCluster(
  data: string,
  wish: ClusterWish,
  options: TemplateOptions & { readonly draft: string },
): Promise<void> {
  const { launcher, draft } = options;
  await chmod(draft, 0o700);
  // Where the server's user is another one, the folder is made over to it.
  if (launcher.owner.uid !== process.getuid?.()) {
    await chown(draft, launcher.owner.uid, launcher.owner.gid);
  }
  await runInitdb(data, wish, options);
  if (['postgres', 'template0', 'template1'].includes(wish.database)) return;
  const result = await singleUser(data, [`CREATE DATABASE ${identifier(wish.database)}`], {
    ...options,
    environment: wish.locale.environment,
  });
  if (result.kind === 'failed') {
    throw new InitFailure(`the database "${wish.database}" could not be made`, result.lines);
  }
}

async function runInitdb(
  data: string,
  { user, password, args, locale }: ClusterWish,
  { binaries, launcher, signal, draft }: TemplateOptions & { readonly draft: string },
): Promise<void> {
  const secret = join(draft, 'password');
  const { uid, gid } = launcher.owner;
  if (password !== undefined) {
    // The first line of it, as in the image.
    await writeFileAtomically(secret, `${password.split('\n', 1)[0] ?? ''}\n`);
    if (uid !== process.getuid?.()) await chown(secret, uid, gid);
  }
  const own = [
    `--pgdata=${data}`,
    '--no-sync',
    '--no-instructions',
    `--username=${user}`,
    ...(password === undefined ? [] : [`--pwfile=${secret}`]),
  ];
  const argv = launched(launcher, `${binaries.bin}/initdb`, [...own, ...args]);
  const { exit, stdout, stderr } = await runCommand(argv, {
    cwd: draft,
    environment: { PATH: '/usr/bin:/bin', ...locale.environment },
    signal,
  });
  if (exit.kind === 'code' && exit.code === 0) return;
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  const code = exit.kind === 'code' ? exit.code : undefined;
  throw new InitFailure('initdb has failed', lines.slice(-10), code === undefined ? {} : { code });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
