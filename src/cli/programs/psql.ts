import { writeSync } from 'node:fs';

import { pgIsReady } from '../../engines/native/postgres/psql/pg-is-ready.ts';
import { psql, type PsqlIo } from '../../engines/native/postgres/psql/psql.ts';

// The first argument is the name under which the program was called.
const [name, ...args] = process.argv.slice(2);
const io: PsqlIo = {
  environment: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdinIsTerminal: process.stdin.isTTY,
  out: (text) => write(1, text),
  err: (text) => write(2, text),
};
void run();

async function run(): Promise<void> {
  process.exitCode = await (name === 'pg_isready' ? pgIsReady(args, io) : psql(args, io));
  // Standard input that nobody has read to its end would keep the program alive.
  process.stdin.destroy();
}

/** At once: what two streams say stays in order. */
function write(descriptor: 1 | 2, content: string | Uint8Array): void {
  let bytes = typeof content === 'string' ? Buffer.from(content) : content;
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(descriptor, bytes));
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      // A pipe that is full, and set not to block by whoever shares it: the reader gets a moment.
      if (error.code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      else if (error.code === 'EPIPE') process.exit(141);
      else throw error;
    }
  }
}
