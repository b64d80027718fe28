import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import { runCommand } from '../../../host/run-command.ts';
import { RunError } from '../../../model/finding.ts';
import type { Interpreter } from './find-interpreter.ts';
import { buildsFolder } from './image-store.ts';

/** Python's packages of an image. It cannot be moved: its programs have its path in them. */
export interface VirtualEnvironment {
  readonly folder: string;
  /** It was filled by an earlier build. */
  readonly ready: boolean;
}

interface VenvOptions {
  readonly cache: string;
  readonly interpreter: Interpreter;
  readonly service: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly force: boolean;
  readonly signal: AbortSignal;
}

export function venvsFolder(cache: string): string {
  return join(buildsFolder(cache), 'venvs');
}

/** The virtual environment of this key, else a new and empty one in a folder of its own. */
export async function openVenv(key: string, options: VenvOptions): Promise<VirtualEnvironment> {
  const { cache, interpreter, service, environment, force, signal } = options;
  const before = force ? undefined : finished(cache, key);
  if (before !== undefined) return { folder: before, ready: true };
  const folder = join(venvsFolder(cache), `${key}-${randomBytes(4).toString('hex')}`);
  await mkdir(venvsFolder(cache), { recursive: true, mode: 0o700 });
  const { exit, stdout, stderr } = await runCommand([interpreter.program, '-m', 'venv', folder], {
    environment,
    signal,
  });
  if (exit.kind === 'code' && exit.code === 0) return { folder, ready: false };
  throw new RunError([
    {
      code: 'native/setup-failed',
      service,
      cause: `${interpreter.program} cannot make a virtual environment`,
      proof: `${stdout}${stderr}`.trim().split('\n').slice(-20),
      fix: ['Install its module venv: on Debian and Ubuntu, apt install python3-venv.'],
    },
  ]);
}

/** Says that the virtual environment is filled. */
export async function finishVenv(cache: string, key: string, folder: string): Promise<void> {
  await writeFileAtomically(join(venvsFolder(cache), `${key}.json`), JSON.stringify({ folder }));
}

function finished(cache: string, key: string): string | undefined {
  try {
    const value: unknown = JSON.parse(
      readFileSync(join(venvsFolder(cache), `${key}.json`), 'utf8'),
    );
    if (typeof value !== 'object' || value === null || !('folder' in value)) return undefined;
    const { folder } = value;
    return typeof folder === 'string' && existsSync(join(folder, 'bin/python'))
      ? folder
      : undefined;
  } catch {
    // Not there: it is made.
    return undefined;
  }
}
