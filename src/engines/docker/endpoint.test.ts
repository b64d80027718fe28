import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { findEndpoint } from './endpoint.ts';
import { reachDocker } from './reach.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bl-dk-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const around = (environment: Readonly<Record<string, string>> = {}) => ({
  environment: { XDG_RUNTIME_DIR: join(home, 'run'), ...environment },
  home,
  uid: 4242,
});

function writeContext(name: string, host: string): void {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = join(home, '.docker/contexts/meta', id);
  mkdirSync(folder, { recursive: true });
  const meta = { Name: name, Endpoints: { docker: { Host: host } } };
  writeFileSync(join(folder, 'meta.json'), JSON.stringify(meta));
}

describe('the engine is looked for', () => {
  test.each([
    ['unix:///run/other.sock', { kind: 'unix', path: '/run/other.sock' }],
    ['tcp://10.0.0.1:2375', { kind: 'tcp', host: '10.0.0.1', port: 2375 }],
    ['tcp://[::1]:99', { kind: 'tcp', host: '::1', port: 99 }],
    [
      'ssh://me@build.example:2222',
      {
        kind: 'ssh',
        destination: ['-l', 'me', '-p', '2222', 'build.example'],
        command: ['docker', 'system', 'dial-stdio'],
      },
    ],
  ])('where DOCKER_HOST=%s says', (host, endpoint) => {
    expect(findEndpoint(around({ DOCKER_HOST: host }))).toEqual({
      kind: 'found',
      endpoint,
      from: 'DOCKER_HOST',
    });
  });

  test.each(['banana', 'ssh://-oProxyCommand=evil', 'unix://relative.sock', 'ftp://host'])(
    'and %j is no address',
    (host) => {
      expect(findEndpoint(around({ DOCKER_HOST: host })).kind).toBe('unusable');
    },
  );

  test('in the context that Docker uses, or that DOCKER_CONTEXT names', () => {
    writeContext('one', 'unix:///one.sock');
    writeContext('two', 'unix:///two.sock');
    writeFileSync(join(home, '.docker/config.json'), '{"currentContext":"one"}');
    expect(findEndpoint(around())).toMatchObject({ endpoint: { path: '/one.sock' } });
    expect(findEndpoint(around({ DOCKER_CONTEXT: 'two' }))).toMatchObject({
      endpoint: { path: '/two.sock' },
    });
    expect(findEndpoint(around({ DOCKER_CONTEXT: 'three' })).kind).toBe('unusable');
  });

  test('at the socket of Podman, too', () => {
    mkdirSync(join(home, 'run/podman'), { recursive: true });
    const path = join(home, 'run/podman/podman.sock');
    writeFileSync(path, '');
    const found = findEndpoint(around());
    if (found.kind === 'found' && found.from === '/var/run/docker.sock') return;
    expect(found).toMatchObject({ endpoint: { kind: 'unix', path } });
  });
});

describe('an engine that cannot be used', () => {
  const { signal } = new AbortController();

  test('says that nobody answers', async () => {
    const environment = { DOCKER_HOST: `unix://${join(home, 'none.sock')}` };
    expect(await reachDocker(around(environment), { signal })).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringContaining('nobody answers at DOCKER_HOST'),
    });
  });

  test('that answers nonsense is not reachable', async () => {
    const path = join(home, 'odd.sock');
    const server = createServer((socket) => socket.end('banana\r\n\r\n')).listen(path);
    try {
      const environment = { DOCKER_HOST: `unix://${path}` };
      const reached = await reachDocker(around(environment), { signal });
      expect(reached.kind).toBe('unreachable');
    } finally {
      server.close();
    }
  });
});
