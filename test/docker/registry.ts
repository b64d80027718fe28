import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Who the registry knows: as hostile as a password may be. */
export const USER = 'dev';
export const PASSWORD = 'open sesame: ü';
const HASH = '$2b$04$8ZYyMbJmGUeBppgpft6dEee1RyvyGU7duo06GkqQ9LiUMdQjIQUPS';

interface PrivateRegistry extends AsyncDisposable {
  /** As images name it. */
  readonly host: string;
}

/** A registry on loopback that asks for a password; all of it is gone at the end. */
export async function privateRegistry(): Promise<PrivateRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'bl-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  writeFileSync(join(folder, 'users'), `${USER}:${HASH}\n`);
  const settings = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'images') } },
    http: { addr: host },
    auth: { htpasswd: { realm: 'test', path: join(folder, 'users') } },
  };
  const file = join(folder, 'settings.yml');
  writeFileSync(file, JSON.stringify(settings));
  const server = spawn('docker-registry', ['serve', file], { stdio: 'ignore' });
  const ended = once(server, 'exit');
  while (!(await answers(host))) {
    if (server.exitCode !== null) throw new Error(`the registry ended with ${server.exitCode}`);
    await pause(50);
  }
  return {
    host,
    async [Symbol.asyncDispose]() {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(host: string): Promise<boolean> {
  try {
    return (await fetch(`http://${host}/v2/`)).status === 401;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
