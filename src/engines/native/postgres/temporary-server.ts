import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { systemClock } from '../../../host/clock.ts';
import { killGroup, signalProcess } from '../../../host/process-identity.ts';
import { spawnDetached } from '../../../host/spawn-detached.ts';
import { waitUntil } from '../../../host/wait-until.ts';
import type { OuterProcess } from '../isolation.ts';
import { InitFailure } from './init-failure.ts';
import { endServer, serverProcesses } from './server-processes.ts';

export interface TemporaryServer extends AsyncDisposable {
  /** Stops it properly: nobody's transaction is waited for. */
  stop(): Promise<void>;
  /** The last lines of its log. */
  lines(): Promise<readonly string[]>;
}

/** Milliseconds that `pg_ctl -w` waits for a start, and for a stop. */
const patienceMs = 60_000;

/**
 * Starts a server for the time of an initialisation. It serves when this returns, and is killed when it is disposed of.
 *
 * @throws {InitFailure} when it does not come up.
 */
export async function startTemporaryServer(
  { argv, cwd, environment }: OuterProcess,
  {
    folder,
    log,
    signal,
  }: { readonly folder: string; readonly log: string; readonly signal: AbortSignal },
): Promise<TemporaryServer> {
  const lines = async (): Promise<readonly string[]> => {
    const text = await readFile(log, 'utf8').catch(() => '');
    return text.trimEnd().split('\n').slice(-12);
  };
  const file = await open(log, 'w', 0o600);
  const server = { running: true };
  let started;
  try {
    started = await spawnDetached(argv, { cwd, environment, descriptors: [file.fd, file.fd] });
  } finally {
    await file.close();
  }
  const { pid } = started;
  void started.ended.finally(() => {
    server.running = false;
  });
  const dispose = async (): Promise<void> => {
    if (!server.running) return;
    killGroup(pid);
    await endServer(folder);
    await ending(server);
  };
  try {
    await waitUntil(() => serving(folder, server), {
      clock: systemClock,
      signal,
      what: 'the server of the initialisation',
      everyMs: 3,
      timeoutMs: patienceMs,
    });
  } catch (error) {
    await dispose();
    signal.throwIfAborted();
    throw new InitFailure('the server did not start', await lines(), { cause: error });
  }
  if (!server.running) throw new InitFailure('the server did not start', await lines());
  return { lines, stop: () => stop(folder, server), [Symbol.asyncDispose]: dispose };
}

/** The server writes its state into the eighth line of its lock file. */
async function serving(
  folder: string,
  server: { readonly running: boolean },
): Promise<true | undefined> {
  if (!server.running) return true;
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  return text.split('\n')[7]?.trim() === 'ready' ? true : undefined;
}

async function stop(folder: string, server: { readonly running: boolean }): Promise<void> {
  const postmaster = (await serverProcesses(folder)).find((each) => each.postmaster);
  // "Fast": sessions are ended, the cluster is left clean.
  if (postmaster !== undefined) await signalProcess(postmaster, 'SIGINT');
  await ending(server);
}

/** By looking, for a detached process does not keep this program alive. */
async function ending(server: { readonly running: boolean }): Promise<void> {
  await waitUntil(async () => (server.running ? undefined : true), {
    clock: systemClock,
    signal: new AbortController().signal,
    what: 'the end of the server',
    everyMs: 3,
    timeoutMs: patienceMs,
  });
}
