import { join } from 'node:path';

import { systemClock } from '../../../host/clock.ts';
import { deferred } from '../../../host/delay.ts';
import type { ProjectDirectories } from '../../../host/directories.ts';
import { bootId, identify } from '../../../host/process-identity.ts';
import { type LockResult, takeProcessLock } from '../../../host/process-lock.ts';
import { checkSocketPath, makePrivateFolder } from '../../../host/socket-path.ts';
import { serveUnix } from '../../../host/unix-http.ts';
import { askUnix } from '../../../host/unix-http-client.ts';
import { apiOf } from './api.ts';
import { Daemon } from './daemon.ts';
import { type Announcement, daemonSocketOf, protocol } from './protocol.ts';
import { NewerFormatError } from './stored-unit.ts';

export interface RunDaemonOptions {
  readonly directories: ProjectDirectories;
  readonly build: string;
  /** Milliseconds without a unit that runs and without a request after which it leaves. @defaultValue 2000 */
  readonly lingerMs?: number;
  readonly announce: (announcement: Announcement) => void;
  readonly onError: (error: unknown) => void;
  /** Aborted: it leaves, the units stay. */
  readonly signal: AbortSignal;
}

/** Milliseconds for a daemon that is leaving, or starting, to be gone or to answer. */
const patienceMs = 10_000;

/**
 * Serves until there is nothing left to do.
 *
 * @throws {SocketPathTooLongError} {UnsafeFolderError}
 */
export async function runDaemon(options: RunDaemonOptions): Promise<void> {
  const { directories, build, announce, onError, signal } = options;
  const socket = checkSocketPath(daemonSocketOf(directories));
  await makePrivateFolder(directories.sockets);
  const boot = await bootId();
  const lock = await takeLock(directories, { socket, boot, signal });
  if (lock.kind === 'taken') return announce(lock);
  const daemon = new Daemon({ directories, boot, build, onError });
  try {
    await daemon.adopt();
  } catch (error) {
    if (!(error instanceof NewerFormatError)) throw error;
    await daemon.leave();
    return announce({ kind: 'newer', path: error.path, writtenBy: error.writtenBy });
  }
  await serve(daemon, socket, options);
}

async function serve(
  daemon: Daemon,
  socket: string,
  { build, lingerMs = 2000, announce, onError, signal }: RunDaemonOptions,
): Promise<void> {
  const { promise: left, resolve: leave } = deferred();
  const hello = { build, protocol, pid: process.pid };
  let timer: NodeJS.Timeout | undefined;
  const linger = (): void => {
    clearTimeout(timer);
    if (daemon.isBusy || server.openRequests() > 0) return;
    timer = setTimeout(leave, lingerMs);
  };
  const handle = apiOf(daemon, {
    hello,
    leave: ({ force }) => {
      const settled = force ? [] : daemon.units().map((unit) => unit.settled());
      void Promise.all(settled).then(leave);
    },
  });
  const server = await serveUnix(socket, { handle, onActivity: () => linger(), onError });
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  const unwatch = daemon.watch(() => linger());
  announce({ kind: 'ready' });
  await left;
  unwatch();
  clearTimeout(timer);
  await server.close();
  await daemon.leave();
}

type Lock =
  | Extract<LockResult, { kind: 'held' }>
  | Extract<Announcement, { readonly kind: 'taken' }>;

async function takeLock(
  { state }: ProjectDirectories,
  {
    socket,
    boot,
    signal,
  }: { readonly socket: string; readonly boot: string; readonly signal: AbortSignal },
): Promise<Lock> {
  const me = await identify(process.pid);
  if (me === undefined) throw new Error('this process is not in the table of processes');
  const givenUpMs = performance.now() + patienceMs;
  for (;;) {
    const lock = await takeProcessLock(join(state, 'lock'), { ...me, boot });
    if (lock.kind === 'held') return lock;
    const { pid } = lock.by;
    if (await answers(socket, signal)) return { kind: 'taken', pid, answers: true };
    if (performance.now() > givenUpMs) return { kind: 'taken', pid, answers: false };
    await systemClock.sleep(10, signal);
  }
}

async function answers(socket: string, signal: AbortSignal): Promise<boolean> {
  try {
    await askUnix(socket, { method: 'GET', path: '/v1/hello', signal });
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
