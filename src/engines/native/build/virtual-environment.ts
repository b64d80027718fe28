import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { runCommand } from '../../../host/run-command.ts';
import { RunError } from '../../../model/finding.ts';
import type { InnerProcess } from '../isolation.ts';
import { LAST_LINES, type StageOptions } from './build-options.ts';
import { INSTALL_PIP } from './install-pip.ts';

/** Where an image's Python packages are: inside its files, so that they go wherever these go. */
export const VENV = '/opt/bowline-venv';

/** The image's virtual environment, as a path of the image, if it has been made. */
export function existingVenv({ root }: StageOptions): string | undefined {
  return existsSync(join(root, VENV, 'bin/python')) ? VENV : undefined;
}

type VenvOptions = Pick<StageOptions, 'root' | 'python' | 'environment' | 'surround' | 'signal'>;

/** Makes the image's virtual environment if there is none. */
export async function virtualEnvironment(options: VenvOptions): Promise<string> {
  const { root, python = 'python3' } = options;
  if (existsSync(join(root, VENV, 'bin/pip'))) return VENV;
  mkdirSync(join(root, VENV), { recursive: true });
  await run([python, '-m', 'venv', '--without-pip', VENV], options);
  await run([join(VENV, 'bin/python'), '-c', INSTALL_PIP], options);
  return VENV;
}

/** Runs a command where the environment will be seen: its programs carry their own path. */
async function run(argv: InnerProcess['argv'], options: VenvOptions): Promise<void> {
  const { root, environment, surround, signal } = options;
  const views = [{ source: join(root, VENV), target: VENV, readOnly: false }];
  const inner: InnerProcess = { argv, cwd: '/', environment: new Map(Object.entries(environment)) };
  const outer = await surround(inner, { views, hosts: new Map() });
  const { exit, stdout, stderr } = await runCommand(outer.argv, {
    cwd: outer.cwd,
    environment: outer.environment,
    signal,
  });
  if (exit.kind === 'code' && exit.code === 0) return;
  throw new RunError([
    {
      code: 'native/setup-failed',
      cause: 'a virtual environment for Python could not be made',
      proof: (stdout + stderr).trim().split('\n').slice(-LAST_LINES),
      fix: ['Debian and Ubuntu have it in a package of its own: apt-get install python3-venv'],
    },
  ]);
}

/**
 * Without a namespace, programs of a virtual environment carry the path that it had when they were made: somewhere in `store`.
 */
export function relocatePrograms(store: string, root: string, later: string): void {
  const bin = join(root, VENV, 'bin');
  if (!existsSync(bin)) return;
  const earlier = new RegExp(`(?:${escaped(store)}/[\\w./-]*|/[^\\s"':=]*)?${VENV}`, 'g');
  for (const name of readdirSync(bin)) {
    const file = join(bin, name);
    const stat = lstatSync(file);
    if (!stat.isFile() || stat.size > SCRIPT_BYTES) continue;
    const text = readFileSync(file, 'utf8');
    const moved = text.replaceAll(earlier, () => join(later, VENV));
    if (moved !== text) writeFileSync(file, moved);
  }
}

const SCRIPT_BYTES = 1 << 16;

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}
