import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

import { errorCodeOf } from './error-code.ts';

export interface CompiledModulesOptions {
  /** The user's folder for what can be made again. Absolute; nothing is kept where it is somebody else's, as under sudo. */
  readonly cache: string;
  /** Folders in it. Another build, or another Node, must have another one; what stands beside the last is removed. */
  readonly folder: string;
  readonly uid: number;
}

interface Loaded {
  readonly exports: unknown;
}

/** Called with what every CommonJS file finds: {@link PARAMETERS}. */
type Run = (...found: readonly unknown[]) => void;

const PARAMETERS = 'exports, require, module, __filename, __dirname';

export interface CompiledModules {
  /** Of the file. */
  readonly exports: unknown;
  /** Writes down what V8 has compiled by now, for the next run. Who cannot, as on a full disk, only starts slower. */
  readonly keep: () => void;
}

/**
 * Loads a CommonJS file and the files beside it that it requires, with what V8 made of them in an earlier run: a third of
 * a short command is compiling. For a Node that does not keep that by itself, as it does from 22.1 on.
 */
export function requireCompiled(file: string, options: CompiledModulesOptions): CompiledModules {
  const code = new CompiledCode(options);
  const modules = new Map<string, Loaded>();
  const others = createRequire(file);
  const require = (path: string): unknown => {
    const before = modules.get(path);
    if (before !== undefined) return before.exports;
    const module: Loaded = { exports: {} };
    modules.set(path, module);
    const folder = dirname(path);
    const each = (name: string): unknown =>
      name.startsWith('./') ? require(`${folder}/${name.slice(2)}`) : others(name);
    code.of(path)(module.exports, each, module, path, folder);
    return module.exports;
  };
  return { exports: require(file), keep: () => code.keep() };
}

class CompiledCode {
  readonly #options: CompiledModulesOptions;
  readonly #folder: string;
  readonly #isOurs: boolean;
  readonly #fresh = new Map<string, Script>();

  constructor(options: CompiledModulesOptions) {
    this.#options = options;
    this.#folder = join(options.cache, options.folder);
    this.#isOurs = isPrivate(this.#folder, options.uid);
  }

  of(path: string): Run {
    const text = readFileSync(path, 'utf8');
    const cachedData = this.#read(path);
    const script = new Script(`(function (${PARAMETERS}) {${text}\n})`, {
      filename: path,
      ...(cachedData !== undefined && { cachedData }),
    });
    if (cachedData === undefined || script.cachedDataRejected === true)
      this.#fresh.set(path, script);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the function that is written above
    return script.runInThisContext() as Run;
  }

  #read(path: string): Buffer | undefined {
    if (!this.#isOurs) return undefined;
    try {
      return readFileSync(this.#placeOf(path));
    } catch {
      return undefined;
    }
  }

  keep(): void {
    if (this.#fresh.size === 0) return;
    try {
      if (!mayKeep(this.#options)) return;
      makeFolder(this.#folder);
      for (const [path, script] of this.#fresh) this.#write(path, script.createCachedData());
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
    }
  }

  /** Another process may read it at this moment. */
  #write(path: string, code: Buffer): void {
    const place = this.#placeOf(path);
    const draft = `${place}.${process.pid}`;
    writeFileSync(draft, code, { mode: 0o600 });
    renameSync(draft, place);
  }

  #placeOf(path: string): string {
    return `${this.#folder}/${basename(path)}.code`;
  }
}

/** Nobody else may say what this program does. */
function isPrivate(folder: string, uid: number): boolean {
  try {
    const found = lstatSync(folder);
    return found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

function mayKeep({ cache, uid }: CompiledModulesOptions): boolean {
  return (ownerOf(cache) ?? ownerOf(dirname(cache))) === uid;
}

function ownerOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.uid;
}

/** Of other builds nothing is left: each fills its folder in one run. */
function makeFolder(folder: string): void {
  const all = dirname(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const other of readdirSync(all))
    if (other !== basename(folder)) rmSync(join(all, other), { recursive: true, force: true });
}
