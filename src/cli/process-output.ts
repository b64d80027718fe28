import { fstatSync, writeSync } from 'node:fs';

import { ExitCode } from '../model/exit-code.ts';
import type { Output } from './io.ts';

const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;

/**
 * An output of this process. Node's stream is opened for a terminal only, or when the reader is slow: opening it takes
 * 2 ms, and most commands write a few lines and end.
 */
export function processOutput(name: 'stdout' | 'stderr'): Output {
  const descriptor = DESCRIPTORS[name];
  const mayBeTerminal = isCharacterDevice(descriptor);
  let opened: NodeJS.WriteStream | undefined;
  const stream = (): NodeJS.WriteStream => (opened ??= openStream(name));
  const isTerminal = (): boolean => mayBeTerminal && stream().isTTY;
  return {
    write: (text) => {
      const rest = opened === undefined ? writeAtOnce(descriptor, text) : text;
      if (rest.length > 0) stream().write(rest);
    },
    get isTerminal() {
      return isTerminal();
    },
    get color() {
      return isColored(isTerminal());
    },
    get width() {
      return isTerminal() ? stream().columns : undefined;
    },
  };
}

function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}

/** Gives what a reader that does not wait has no room for now. */
function writeAtOnce(descriptor: number, text: string): Uint8Array {
  let rest: Uint8Array = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
  } catch (error) {
    if (!isSystemError(error, 'EAGAIN')) leave(error);
  }
  return rest;
}

function openStream(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
  const stream = process[name];
  stream.on('error', leave);
  return stream;
}

/** A reader that has gone (`bowline logs | head`) is no failure. */
function leave(error: unknown): never {
  process.exit(isSystemError(error, 'EPIPE') ? ExitCode.done : ExitCode.failed);
}

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

/** @see https://no-color.org and https://force-color.org */
function isColored(isTerminal: boolean): boolean {
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: term, CI: ci } = process.env;
  const wanted = isTerminal && term !== 'dumb' && (ci === undefined || ci === '' || ci === 'false');
  const forced = force !== undefined && force !== '' && force !== '0';
  const refused = (no !== undefined && no !== '') || process.argv.includes('--no-color');
  return !refused && (forced || wanted);
}
