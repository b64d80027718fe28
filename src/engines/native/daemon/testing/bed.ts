import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'esbuild';

import type { ProjectDirectories } from '../../../../host/directories.ts';
import type { UnitRecord, UnitSpec } from '../../unit.ts';
import { type DaemonClient, connectDaemon, type Programs, type WatchMessage } from '../client.ts';

/** A project with real programs in a temporary folder, for tests. */
export interface Bed extends AsyncDisposable {
  readonly folder: string;
  readonly directories: ProjectDirectories;
  readonly programs: Programs;
  connect(changes?: { readonly build?: string; readonly lingerMs?: number }): Promise<DaemonClient>;
}

const root = join(import.meta.dirname, '../../../../..');

/** Bundles the daemon and the gate as the build does. Takes a fifth of a second: once a file. */
export async function buildPrograms(): Promise<Programs & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'bowline-dist-'));
  await build({
    entryPoints: {
      daemon: join(root, 'src/cli/programs/daemon.ts'),
      gate: join(root, 'src/cli/programs/gate.ts'),
    },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
  });
  return {
    node: process.execPath,
    daemon: join(folder, 'daemon.mjs'),
    gate: join(folder, 'gate.mjs'),
    build: 'test',
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

export async function makeBed(programs: Programs): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'bowline-bed-'));
  const state = join(folder, 'state');
  const directories = {
    state,
    units: join(state, 'units'),
    runs: join(state, 'runs'),
    sockets: join(folder, 's'),
    volumes: join(folder, 'volumes'),
    cache: join(folder, 'cache'),
  };
  const { signal } = new AbortController();
  return {
    folder,
    directories,
    programs,
    connect: ({ build: named = programs.build, lingerMs = 300 } = {}) =>
      connectDaemon({ directories, programs: { ...programs, build: named }, lingerMs, signal }),
    [Symbol.asyncDispose]: async () => {
      await endAll(folder, directories.units, programs);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A unit that runs a shell command. */
export function shell(name: string, script: string, changes: Partial<UnitSpec> = {}): UnitSpec {
  return {
    format: 1,
    name,
    number: 1,
    fingerprint: script,
    command: [script],
    argv: ['/bin/sh', '-c', script],
    cwd: '/',
    environment: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    restart: { kind: 'no' },
    stopSignal: 'SIGTERM',
    stopGraceMs: 2000,
    ports: [],
    ...changes,
  };
}

/** The first record of a unit that the watch brings and that is as wanted. */
export async function until(
  client: DaemonClient,
  name: string,
  wanted: (record: UnitRecord) => boolean,
): Promise<UnitRecord> {
  const stop = new AbortController();
  try {
    for await (const message of client.watch({ signal: stop.signal })) {
      if (isOf(message, name) && wanted(message.unit)) return message.unit;
    }
  } finally {
    stop.abort();
  }
  throw new Error('the watch has ended');
}

/** Waits until a condition holds that nobody gives notice of. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  for (const endsMs = performance.now() + 10_000; performance.now() < endsMs;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`never came true: ${look.toString()}`);
}

function isOf(
  message: WatchMessage,
  name: string,
): message is Extract<WatchMessage, { kind: 'unit' }> {
  return message.kind === 'unit' && message.unit.name === name;
}

async function endAll(folder: string, units: string, programs: Programs): Promise<void> {
  const { signal } = new AbortController();
  const client = new (await import('../client.ts')).DaemonClient({
    directories: {
      state: folder,
      units,
      runs: '',
      sockets: join(folder, 's'),
      volumes: '',
      cache: '',
    },
    programs,
    signal,
  });
  const hello = await client.hello({ signal });
  if (hello !== undefined) process.kill(hello.pid, 'SIGKILL');
  for (const pid of await pidsOf(units)) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Ended already.
    }
  }
}

async function pidsOf(units: string): Promise<readonly number[]> {
  const names = await readdir(units).catch((): string[] => []);
  const texts = await Promise.all(
    names.map((name) => readFile(join(units, name, 'run/pid'), 'utf8').catch(() => '')),
  );
  return texts.flatMap((text) => (text === '' ? [] : [Number.parseInt(text, 10)]));
}
