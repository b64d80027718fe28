import { constants } from 'node:fs';
import {
  access,
  chmod,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';

import { errorCodeOf } from '../../../host/error-code.ts';
import { runCommand } from '../../../host/run-command.ts';
import { FetchFailure } from './fetch-failure.ts';

/**
 * Makes a folder of the cache out of a package's folder `native`: its files (hard links, where the file system allows),
 * the symbolic links that a package cannot hold, and the right to run the programs. What is installed may be read-only,
 * incomplete, or gone tomorrow; the folder of the cache is none of these.
 *
 * @throws {FetchFailure} when the programs do not start here.
 */
export async function materialise(
  native: string,
  target: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await removeOldDrafts(dirname(target));
  const draft = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    // Programs that another user runs, when PostgreSQL refuses ours.
    await chmod(draft, 0o755);
    await copyTree(native, draft);
    await makeLinks(native, draft);
    await makeRunnable(join(draft, 'bin'));
    await checkRuns(join(draft, 'bin/postgres'), signal);
    await rename(draft, target).catch(ignoreLostRace);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Milliseconds after which a draft belongs to an attempt that was killed. */
const draftLifeMs = 60 * 60_000;

async function removeOldDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^\.(fetch-|\d|tools-)/.test(name)) continue;
    const made = await stat(join(folder, name)).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > draftLifeMs) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

/** Somebody else has made the same folder meanwhile. */
function ignoreLostRace(error: unknown): void {
  if (!['ENOTEMPTY', 'EEXIST'].includes(errorCodeOf(error) ?? '')) throw error;
}

async function copyTree(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      await mkdir(target, { mode: 0o755 });
      await copyTree(source, target);
    } else if (entry.isFile()) await linkOrCopy(source, target);
  }
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch {
    await copyFile(source, target, constants.COPYFILE_FICLONE);
  }
}

async function makeLinks(native: string, draft: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const list: unknown = JSON.parse(text);
  for (const { source, target } of Array.isArray(list) ? list.filter(isLink) : []) {
    const at = insideOf(draft, target);
    const to = insideOf(draft, source);
    if (at === undefined || to === undefined) continue;
    await rm(at, { force: true });
    await symlink(relativeTo(at, to), at);
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

function isLink(value: unknown): value is Link {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'source' in value &&
    'target' in value &&
    typeof value.source === 'string' &&
    typeof value.target === 'string'
  );
}

/** The list's paths begin with `native/`; nothing of it may lead out of the folder. */
function insideOf(draft: string, path: string): string | undefined {
  const full = resolve(draft, path.replace(/^native\//, ''));
  return full.startsWith(draft + sep) ? full : undefined;
}

function relativeTo(at: string, to: string): string {
  return dirname(at) === dirname(to) ? basename(to) : to;
}

async function makeRunnable(bin: string): Promise<void> {
  for (const name of await readdir(bin)) {
    const path = join(bin, name);
    const ready = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (ready) continue;
    // A hard link shares its rights with a file that may not be ours to change.
    await copyFile(path, `${path}.tmp`);
    await chmod(`${path}.tmp`, 0o755);
    await rename(`${path}.tmp`, path);
  }
}

async function checkRuns(postgres: string, signal: AbortSignal): Promise<void> {
  const { exit, stderr } = await runCommand([postgres, '--version'], {
    environment: { LC_ALL: 'C' },
    signal,
  });
  if (exit.kind === 'code' && exit.code === 0) return;
  throw new FetchFailure('its programs do not start here', stderr.trim().split('\n'));
}
