import { realpath, stat } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import { runCommand } from '../../../host/run-command.ts';
import { programIn } from '../postgres/machine-facts.ts';
import type { Runtime } from './runtime.ts';

type Interpreted = Extract<Runtime, { readonly kind: 'interpreter' }>;

/** An interpreter of this machine. */
export interface Interpreter {
  /** Absolute path. */
  readonly program: string;
  readonly folder: string;
  /** As in `20.20.2`. */
  readonly version: string;
}

export interface InterpreterOptions {
  /** `PATH` of the user. */
  readonly path: string | undefined;
  /** Folder of bowline's cache: versions are remembered there. */
  readonly cache: string;
  /** Node that runs bowline: taken where `PATH` has none. */
  readonly node: string;
  readonly signal: AbortSignal;
}

/** Finds the interpreter for a runtime: the one of just that version, else the usual one. Undefined: there is none. */
export async function findInterpreter(
  runtime: Interpreted,
  { path, cache, node, signal }: InterpreterOptions,
): Promise<Interpreter | undefined> {
  for (const name of namesOf(runtime)) {
    const program = programIn(path, name) ?? (name === 'node' ? node : undefined);
    if (program === undefined) continue;
    const version = await versionOf(program, { cache, path, signal });
    if (version !== undefined) return { program, folder: dirname(program), version };
  }
  return undefined;
}

function namesOf({ family, version }: Interpreted): readonly string[] {
  switch (family) {
    case 'node':
      return ['node'];
    case 'python': {
      const minor = /^\d+\.\d+/.exec(version ?? '')?.[0];
      return [...(minor === undefined ? [] : [`python${minor}`]), 'python3', 'python'];
    }
    case 'ruby':
      return ['ruby'];
  }
}

/** Asked once: then remembered by the file's place and time. */
async function versionOf(
  program: string,
  {
    cache,
    path,
    signal,
  }: { readonly cache: string; readonly path: string | undefined; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const real = await realpath(program);
  const { mtimeMs, size } = await stat(real);
  const key = `${program} ${real} ${size} ${mtimeMs}`;
  const file = join(cache, 'interpreters.json');
  const known = await readKnown(file);
  const found = known[key];
  if (found !== undefined) return found;
  const environment = { PATH: path ?? '/usr/bin:/bin', HOME: process.cwd() };
  try {
    const { exit, stdout, stderr } = await runCommand([program, '--version'], {
      environment,
      signal,
    });
    // A stand-in may be there for a version that is not.
    if (exit.kind !== 'code' || exit.code !== 0) return undefined;
    const version = /\d+(\.\d+)+/.exec(stdout + stderr)?.[0];
    if (version !== undefined)
      await writeFileAtomically(file, JSON.stringify({ ...known, [key]: version }));
    return version;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function readKnown(file: string): Promise<Readonly<Record<string, string>>> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bowline's own file
    return JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, string>>;
  } catch {
    return {};
  }
}

/** Is the machine's version older or newer than the image's, as far as it matters: the major one, of Python and Ruby the minor one, too? */
export function compareVersions(runtime: Interpreted, version: string): 'same' | 'older' | 'newer' {
  const { version: wanted, family } = runtime;
  if (wanted === undefined) return 'same';
  const parts = family === 'node' ? 1 : 2;
  const asked = wanted.split('.').slice(0, parts).map(Number);
  const found = version.split('.').map(Number);
  for (const [index, part] of asked.entries()) {
    const own = found[index] ?? 0;
    if (own !== part) return own < part ? 'older' : 'newer';
  }
  return 'same';
}
