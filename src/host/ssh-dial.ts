import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

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
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  child.on('error', (error) => stream.destroy(error));
  child.on('exit', (code) => {
    if (code !== 0) stream.destroy(new Error(complaint.trim() || `ssh ended with code ${code}`));
  });
  stream.on('close', () => child.kill());
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- HTTP needs no more of it than a two-way stream has
  return stream as unknown as Socket;
}
