import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import { runCommand } from '../../../host/run-command.ts';
import type { Interpreted } from './runtime.ts';

/** A program of this machine that runs what an image would. */
export interface Interpreter {
  /** Absolute path of the program itself, not of a script that chooses one. */
  readonly program: string;
  /** As in `3.11.7`. */
  readonly version: string;
}

export interface Machine {
  /** Folder of what can be made again. */
  readonly cache: string;
  /** `PATH` of the user. */
  readonly path: string;
  readonly signal: AbortSignal;
}

interface Known extends Interpreter {
  readonly mtimeMs: number;
  /** Unix time in milliseconds at which the program was asked. */
  readonly askedMs: number;
  /** A script that chooses an interpreter, and may choose another one tomorrow. */
  readonly script: boolean;
}

const SCRIPT_HOLDS_MS = 600_000;
const ASK_TIMEOUT_MS = 10_000;

/** The best interpreter of this machine for a runtime: the exact one if it is there, else the usual one. */
export async function findInterpreter(
  { family, version }: Interpreted,
  machine: Machine,
): Promise<Interpreter | undefined> {
  const store = join(machine.cache, 'interpreters.json');
  const known = readKnown(store);
  for (const name of namesOf(family, version)) {
    for (const path of programsNamed(name, machine.path)) {
      const found = await ask(path, family, { known, machine });
      if (found === undefined) continue;
      if (known.get(path) !== found) {
        known.set(path, found);
        await writeFileAtomically(store, JSON.stringify(Object.fromEntries(known)));
      }
      return { program: found.program, version: found.version };
    }
  }
  return undefined;
}

function namesOf(family: Interpreted['family'], version?: string): readonly string[] {
  if (family !== 'python') return [family];
  const exact = /^\d+\.\d+/.exec(version ?? '')?.[0];
  return [...(exact === undefined ? [] : [`python${exact}`]), 'python3', 'python'];
}

/** Every executable file of this name in `PATH`, in its order. */
export function programsNamed(name: string, path: string): readonly string[] {
  const folders = path.split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const QUESTIONS: Readonly<Record<Interpreted['family'], readonly string[]>> = {
  node: ['-p', 'process.execPath + "\\n" + process.versions.node'],
  python: [
    '-c',
    'import sys; print(sys.executable); print("%d.%d.%d" % tuple(sys.version_info[:3]))',
  ],
  ruby: ['-e', 'puts RbConfig.ruby, RUBY_VERSION'],
};

interface Asking {
  readonly known: ReadonlyMap<string, Known>;
  readonly machine: Machine;
}

async function ask(
  path: string,
  family: Interpreted['family'],
  { known, machine }: Asking,
): Promise<Known | undefined> {
  const { mtimeMs } = statSync(path);
  const before = known.get(path);
  if (before !== undefined && before.mtimeMs === mtimeMs && isExecutable(before.program)) {
    const ageMs = Date.now() - before.askedMs;
    if (!before.script || (ageMs >= 0 && ageMs < SCRIPT_HOLDS_MS)) return before;
  }
  const answer = await answerOf([path, ...QUESTIONS[family]], machine);
  if (answer === undefined) return undefined;
  const script = await isScript(path);
  return { ...answer, mtimeMs, askedMs: Date.now(), script };
}

/** Absent when the program cannot answer: a chooser without a version of that name, another program. */
async function answerOf(
  argv: readonly [string, ...string[]],
  { path, signal }: Machine,
): Promise<Interpreter | undefined> {
  try {
    const { exit, stdout } = await runCommand(argv, {
      cwd: '/',
      environment: { PATH: `${dirname(argv[0])}:${path}`, HOME: homedir() },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT_MS)]),
    });
    const [program = '', version = ''] = stdout.trim().split('\n');
    const answered = exit.kind === 'code' && exit.code === 0;
    return answered && program.startsWith('/') && /^\d+(\.\d+)+/.test(version)
      ? { program, version }
      : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function isScript(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString('latin1') === '#!';
  } finally {
    await file.close();
  }
}

function readKnown(path: string): Map<string, Known> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(
      Object.entries(value).filter((entry): entry is [string, Known] => isKnown(entry[1])),
    );
  } catch {
    // Unreadable or of another version: it is made again.
    return new Map();
  }
}

function isKnown(value: unknown): value is Known {
  if (typeof value !== 'object' || value === null) return false;
  const { program, version, mtimeMs, askedMs, script } = value as Partial<Known>;
  const types = [typeof program, typeof version, typeof mtimeMs, typeof askedMs, typeof script];
  return types.join() === 'string,string,number,number,boolean';
}
