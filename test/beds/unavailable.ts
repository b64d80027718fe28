import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** The bed cannot run on this machine, for a reason that is no fault of the bed. The message says it in one line. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

/** @throws {UnavailableError} when this machine cannot have a bed with these programs (by Debian package). */
export function requireMachine(programs: Readonly<Record<string, string>>): void {
  if (process.platform !== 'linux')
    throw new UnavailableError(`needs Linux, not ${process.platform}`);
  if (process.getuid?.() !== 0)
    throw new UnavailableError('needs root (namespaces, bridges, mounts)');
  const missing = Object.keys(programs).filter((program) => find(program) === undefined);
  if (missing.length === 0) return;
  const packages = new Set(missing.map((program) => programs[program]));
  throw new UnavailableError(
    `needs ${missing.join(', ')}: apt-get install --no-install-recommends ${[...packages].join(' ')}`,
  );
}

function find(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  const places = folders.map((folder) => join(folder, program));
  return [program, ...places].find((path) => path.startsWith('/') && isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
