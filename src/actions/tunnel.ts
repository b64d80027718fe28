import type { Duplex } from 'node:stream';

import type { Connection } from '../engine/connection.ts';
import type { Clock } from '../host/clock.ts';
import { type Listener, listenTcp } from '../host/listen-tcp.ts';
import type { TcpAddress } from '../host/tcp.ts';
import { NotReachedError } from '../model/not-reached.ts';
import { EarlyBytes } from './early-bytes.ts';

export interface TunnelOptions {
  readonly listen: TcpAddress;
  /** Asked for each connection, and again when that was not taken: `after` are the copies that did not take it. */
  readonly connect: (after: ReadonlySet<string>) => Promise<Connection>;
  /** Told why a connection is not taken, as often as it is tried. */
  readonly onTrouble: (error: unknown) => void;
  readonly clock: Clock;
  /** Ends waiting connections. */
  readonly signal: AbortSignal;
}

/** How long a connection is kept waiting for a copy that takes it: a roll, a restart, a node that is made anew. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 300;
const LAST_WORDS_MS = 5000;

/**
 * Listens, and passes each connection on to a copy. Copies come and go; who connects waits until one takes it.
 *
 * @throws the system's error when it cannot listen.
 */
export async function openTunnel(options: TunnelOptions): Promise<Listener> {
  return listenTcp(options.listen, (client) => {
    // Who hangs up: there is nobody left to tell.
    client.on('error', () => {});
    void serve(client, options);
  });
}

async function serve(client: Duplex, options: TunnelOptions): Promise<void> {
  const { clock, signal } = options;
  const early = new EarlyBytes();
  const giveUpAtMs = clock.nowMs() + PATIENCE_MS;
  const refused = new Set<string>();
  try {
    while (!client.destroyed && clock.nowMs() < giveUpAtMs) {
      const said = await attempt(client, { early, refused, options });
      if (said === 'over' || !early.isWhole) return;
      if (said === 'again') await clock.sleep(PAUSE_MS, signal);
    }
  } catch {
    // Told, or the program ends.
  } finally {
    if (client.writableFinished) dismiss(client);
    else client.destroy();
  }
}

/** It still sends: an end without reading that would take away what it was answered. */
function dismiss(client: Duplex): void {
  const timer = setTimeout(() => client.destroy(), LAST_WORDS_MS);
  client.once('end', () => client.destroy()).once('close', () => clearTimeout(timer));
  client.resume();
}

interface Attempt {
  readonly early: EarlyBytes;
  readonly refused: Set<string>;
  readonly options: TunnelOptions;
}

/** `next`: another copy may take it at once. `again`: everyone was asked. */
async function attempt(
  client: Duplex,
  { early, refused, options }: Attempt,
): Promise<'over' | 'next' | 'again'> {
  let asked: string | undefined;
  try {
    const connection = await options.connect(refused);
    asked = connection.replica;
    await relay(client, connection, early);
    return 'over';
  } catch (error) {
    if (options.signal.aborted || client.destroyed) return 'over';
    if (asked !== undefined && !(error instanceof NotReachedError)) return 'over';
    options.onTrouble(error);
    if (asked === undefined || refused.has(asked)) return 'again';
    refused.add(asked);
    return 'next';
  }
}

/** Passes bytes both ways until both sides have said all, or one of them breaks off. */
async function relay(client: Duplex, { stream }: Connection, early: EarlyBytes): Promise<void> {
  const give = (chunk: Buffer): void => {
    early.add(chunk);
    if (!stream.write(chunk)) client.pause();
  };
  const finish = (): void => void stream.end();
  const goOn = (): void => void client.resume();
  const hangUp = (): void => void stream.destroy();
  try {
    await new Promise<void>((resolve, reject) => {
      stream.on('error', reject).on('close', resolve).on('drain', goOn);
      stream.on('data', (chunk: Buffer) => {
        early.answered();
        if (!client.write(chunk)) stream.pause();
      });
      stream.on('end', () => client.end(resolve));
      client.on('data', give).on('end', finish).on('close', hangUp);
      client.on('drain', () => stream.resume());
      for (const chunk of early.chunks) stream.write(chunk);
      if (client.readableEnded) finish();
    });
  } finally {
    client.off('data', give).off('end', finish).off('close', hangUp).pause();
    stream.destroy();
  }
}
