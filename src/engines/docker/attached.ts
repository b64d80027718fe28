import type { Duplex } from 'node:stream';

import type { Streams } from '../../engine/engine.ts';
import { demultiplex } from './demultiplex.ts';

export interface AttachedOptions {
  readonly streams: Streams;
  /** The other side has a terminal: its output is one stream, and our input goes over key by key. */
  readonly tty: boolean;
  /** Told the size of the terminal at the beginning and whenever it changes. */
  readonly resize: (columns: number, rows: number) => void;
  readonly signal: AbortSignal;
}

/** Passes our input to a connection and what comes from it to our outputs, until the other side ends. */
export async function passThrough(
  connection: Duplex,
  { streams, tty, resize, signal }: AttachedOptions,
): Promise<void> {
  const { stdin, stdout, stderr, terminal } = streams;
  const end = (): void => void connection.destroy();
  signal.addEventListener('abort', end, { once: true });
  const send = (chunk: Buffer | string): void => void connection.write(chunk);
  const sendEnd = (): void => void connection.end();
  connection.on('error', () => {});
  if (tty) terminal?.setRaw(true);
  const size = (): void => {
    if (terminal !== undefined) resize(terminal.size().columns, terminal.size().rows);
  };
  const stopSizes = tty ? terminal?.onResize(size) : undefined;
  if (tty) size();
  stdin.on('data', send).on('end', sendEnd);
  try {
    if (tty) for await (const chunk of connection) stdout.write(Buffer.from(chunk));
    else
      for await (const { stream, bytes } of demultiplex(connection))
        (stream === 'stderr' ? stderr : stdout).write(bytes);
  } catch (error) {
    if (!signal.aborted && !connection.destroyed) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    stdin.off('data', send).off('end', sendEnd);
    stdin.pause();
    stopSizes?.();
    if (tty) terminal?.setRaw(false);
    connection.destroy();
  }
  signal.throwIfAborted();
}
