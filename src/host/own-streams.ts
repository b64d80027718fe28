import { createReadStream, createWriteStream } from 'node:fs';
import { isatty, ReadStream, WriteStream } from 'node:tty';

/** This process's own input and outputs, for a program that runs elsewhere. */
export interface OwnStreams extends Disposable {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Present when input and output are a terminal, which then gives every key as it is typed. */
  readonly terminal?: {
    readonly size: () => { readonly columns: number; readonly rows: number };
    readonly onResize: (listener: () => void) => () => void;
  };
}

/** Opens them; a terminal is given back as it was when they are disposed of. */
export function openOwnStreams(): OwnStreams {
  if (isatty(0) && isatty(1)) return openTerminal();
  const stdin = isatty(0) ? new ReadStream(0) : createReadStream('', { fd: 0, autoClose: false });
  const stdout = createWriteStream('', { fd: 1, autoClose: false });
  const stderr = createWriteStream('', { fd: 2, autoClose: false });
  return { stdin, stdout, stderr, [Symbol.dispose]: () => stdin.destroy() };
}

function openTerminal(): OwnStreams {
  const stdin = new ReadStream(0);
  const stdout = new WriteStream(1);
  stdin.setRawMode(true);
  return {
    stdin,
    stdout,
    stderr: stdout,
    terminal: {
      size: () => {
        const [columns, rows] = stdout.getWindowSize();
        return { columns, rows };
      },
      onResize: (listener) => {
        process.on('SIGWINCH', listener);
        return () => process.off('SIGWINCH', listener);
      },
    },
    [Symbol.dispose]: () => {
      stdin.setRawMode(false);
      stdin.destroy();
    },
  };
}
