import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The lines of `/etc/passwd`. */
export function accountsOf(text: string): readonly Account[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (name === undefined || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

const USUAL_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** Absolute path of a program that this user can run: in `PATH`, else in the usual folders. */
export function programIn(path: string | undefined, name: string): string | undefined {
  const folders = (path ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return [...folders, ...USUAL_FOLDERS].map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** `linux-x64` and the like; `linux-musl-x64` where the C library is musl, for which there are no programs. */
export function platformName(): string {
  const { platform, arch } = process;
  return platform === 'linux' && isMusl() ? `linux-musl-${arch}` : `${platform}-${arch}`;
}

/** Asks Node only where a musl is installed at all: its report takes some milliseconds. */
function isMusl(): boolean {
  if (!namesIn('/lib').some((name) => name.startsWith('ld-musl-'))) return false;
  const report: unknown = process.report.getReport();
  return !JSON.stringify(report).includes('"glibcVersionRuntime"');
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What a helper program gets of our own environment: enough to find programs, and nothing of the user's. */
export function helperEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return { PATH: environment['PATH'] ?? USUAL_FOLDERS.join(':'), LC_ALL: 'C' };
}
