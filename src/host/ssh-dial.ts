import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';

/** A connection to what `command` speaks to on another machine; ends with the process that carries it. */
export function dialThroughSsh(
  {
    destination,
    command,
  }: { readonly destination: readonly string[]; readonly command: readonly string[] },
  signal: AbortSignal,
): Socket {
  const options = ['-o', 'ConnectTimeout=10', '-o', 'BatchMode=yes', '-T'];
  const child = spawn('ssh', [...options, ...destination, '--', ...command], {
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
  });
  // Who ends without reading says why: that it did not read is no news.
  child.stdin.on('error', () => {});
  const writable = new PassThrough();
  writable.pipe(child.stdin);
  // What ends is an answer that was cut off, until it is known that ssh ended well.
  const readable = new PassThrough();
  child.stdout.pipe(readable, { end: false });
  const stream = Duplex.from({ readable, writable });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  child.on('error', (error) => stream.destroy(error));
  child.on('close', (code) => {
    if (code === 0) readable.end();
    else stream.destroy(new Error(complaint.trim() || `ssh ended with code ${code}`));
  });
  stream.on('close', () => child.kill());
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- HTTP needs no more of it than a two-way stream has
  return stream as unknown as Socket;
}
