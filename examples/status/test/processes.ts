import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

const DIST = join(import.meta.dirname, '..', 'dist');

export type Env = Readonly<Record<string, string>>;

export interface Running {
  readonly child: ChildProcess;
  /** Everything that it has said so far. */
  output(): string;
  /** Waits until the output matches. */
  said(pattern: RegExp): Promise<void>;
  /** Sends a signal and waits for the exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

export function start(script: 'main.js' | 'migrate.js', env: Env): Running {
  const child = spawn(process.execPath, [join(DIST, script)], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {
    child,
    output: () => output,
    async said(pattern) {
      while (!pattern.test(output)) {
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')]);
      }
    },
    async stop(signal) {
      child.kill(signal);
      return exitCode(child);
    },
  };
}

export async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

/** Runs to the end. */
export async function run(
  script: 'main.js' | 'migrate.js',
  env: Env,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const running = start(script, env);
  await once(running.child, 'close');
  return { code: running.child.exitCode, output: running.output() };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Stands between the application and the database, and can be down or stop answering. */
export interface Wire {
  readonly port: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
  freeze(): void;
}

export async function openWire(target: { host: string; port: number }): Promise<Wire> {
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = createConnection(target);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => (frozen ? undefined : to.write(bytes)));
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  return {
    port,
    async cut() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async mend() {
      frozen = false;
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    freeze() {
      frozen = true;
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
