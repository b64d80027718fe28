import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import { bootId } from '../../../host/process-identity.ts';
import { runCommand } from '../../../host/run-command.ts';
import { RunError } from '../../../model/finding.ts';
import { type Account, accountsOf, programIn } from './machine-facts.ts';

/** How PostgreSQL's programs are started here: they refuse root, and `initdb` wants to know its user's name. */
export interface Launcher {
  /** Goes before the program: absolute path and options. Empty where nothing is needed. */
  readonly wrapper: readonly string[];
  /** Whose the server's files must be. */
  readonly owner: { readonly uid: number; readonly gid: number };
}

/** A program of PostgreSQL and its arguments as they are started here. */
export function launched(
  { wrapper: [first, ...rest] }: Launcher,
  program: string,
  args: readonly string[],
): readonly [string, ...string[]] {
  return first === undefined ? [program, ...args] : [first, ...rest, program, ...args];
}

export interface LauncherOptions {
  /** Folder of bowline's cache: the answer is kept there until the next boot. */
  readonly cache: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  readonly gid: number;
  readonly signal: AbortSignal;
}

/**
 * Finds a way that really works, by trying.
 *
 * As an ordinary user: none needed. As root: a user namespace in which we are somebody else (every file stays root's), or
 * where that is forbidden, as in most containers, another user who keeps the right to pass through root's folders.
 *
 * @throws {RunError} `postgres/root-refused`
 */
export async function findLauncher(options: LauncherOptions): Promise<Launcher> {
  const { uid, gid, cache } = options;
  const accounts = accountsOf(await readFile('/etc/passwd', 'latin1').catch(() => ''));
  if (process.platform !== 'linux') return uid === 0 ? refuse(options) : direct(options);
  if (uid !== 0 && accounts.some((each) => each.uid === uid)) return direct({ uid, gid });
  const file = join(cache, 'postgres', `launcher-${uid}.json`);
  const boot = await bootId();
  const known = await remembered(file, boot);
  if (known !== undefined) return known;
  const found = await tryAll(accounts, options);
  await mkdir(join(cache, 'postgres'), { recursive: true, mode: 0o700 });
  await writeFileAtomically(file, JSON.stringify({ boot, ...found }));
  return found;
}

function direct({ uid, gid }: { readonly uid: number; readonly gid: number }): Launcher {
  return { wrapper: [], owner: { uid, gid } };
}

async function remembered(file: string, boot: string): Promise<Launcher | undefined> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bowline's own file; a wrong one fails below
    const kept = JSON.parse(await readFile(file, 'utf8')) as Launcher & { readonly boot: string };
    const { wrapper, owner } = kept;
    return kept.boot === boot && Array.isArray(wrapper) && Number.isInteger(owner.uid)
      ? { wrapper, owner }
      : undefined;
  } catch {
    return undefined;
  }
}

async function tryAll(accounts: readonly Account[], options: LauncherOptions): Promise<Launcher> {
  for (const candidate of candidates(accounts, options)) {
    if (await works(candidate, options)) return candidate;
  }
  return refuse(options);
}

function candidates(accounts: readonly Account[], { uid, gid, environment }: LauncherOptions) {
  const account = ['postgres', 'nobody']
    .map((name) => accounts.find((each) => each.name === name))
    .find((each) => each !== undefined && each.uid !== 0);
  if (account === undefined) return [];
  const path = environment['PATH'];
  const unshare = programIn(path, 'unshare');
  const setpriv = programIn(path, 'setpriv');
  const other = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  const owner = { uid: account.uid, gid: account.gid };
  const found: Launcher[] = [];
  if (unshare !== undefined) {
    const map = [`--map-user=${account.uid}`, `--map-group=${account.gid}`];
    found.push({ wrapper: [unshare, '--user', ...map, '--'], owner: { uid, gid } });
  }
  if (setpriv !== undefined && uid === 0) {
    found.push({ wrapper: [setpriv, ...other, ...PASSING, '--'], owner });
  }
  return found;
}

/**
 * The right to pass through root's folders. `access` would take it away again while it looks, and PostgreSQL looks with
 * that whether its programs are there: hence the last one.
 *
 * @see https://man7.org/linux/man-pages/man7/capabilities.7.html SECBIT_NO_SETUID_FIXUP
 */
const PASSING = [
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
  '--securebits=+no_setuid_fixup',
];

/** It must be somebody with a name, not root, and able to enter the cache. */
async function works(launcher: Launcher, { cache, signal }: LauncherOptions): Promise<boolean> {
  await mkdir(join(cache, 'postgres'), { recursive: true, mode: 0o700 });
  const check = 'test "$(id -u)" != 0 && id -un >/dev/null && test -x "$1" && ls "$1" >/dev/null';
  const argv = launched(launcher, '/bin/sh', ['-c', check, 'sh', join(cache, 'postgres')]);
  try {
    const { exit } = await runCommand(argv, { environment: { PATH: '/usr/bin:/bin' }, signal });
    return exit.kind === 'code' && exit.code === 0;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

function refuse({ uid }: LauncherOptions): never {
  throw new RunError([
    {
      code: 'postgres/root-refused',
      cause:
        uid === 0
          ? 'PostgreSQL does not run as root, and this machine gives bowline no way to be somebody else'
          : `PostgreSQL needs a user with a name, and user ${uid} has none in /etc/passwd`,
      proof: ['Neither a user namespace (unshare) nor another user (setpriv) worked.'],
      fix: [
        uid === 0
          ? 'Run bowline as an ordinary user, or add a user named postgres and install util-linux.'
          : `Give the user a name: echo 'app:x:${uid}:0::/tmp:/bin/sh' >> /etc/passwd (as root).`,
      ],
    },
  ]);
}
