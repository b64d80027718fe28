import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { connect, createServer } from 'node:net';

import { describe, expect, onTestFinished, test } from 'vitest';

import { hasDockerBed } from '../beds/has-bed.ts';
import { dockerSocket } from '../beds/layout.ts';
import type { Sandbox } from '../rig/sandbox.ts';
import { containersOf, dockerSandbox } from './sandbox.ts';

type Reach = (machine: Sandbox) => Promise<Readonly<Record<string, string>>>;

/** Passes connections of a port on to the engine's socket. */
const byPort: Reach = async () => {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: dockerSocket, allowHalfOpen: true });
    client.on('error', () => engine.destroy()).pipe(engine);
    engine.on('error', () => client.destroy()).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { DOCKER_HOST: `tcp://127.0.0.1:${port}` };
};

/** The command is run here instead of on the other machine, as that machine's user would. */
const bySsh: Reach = async (machine) => {
  const script = [
    '#!/bin/sh',
    'while [ "$1" != -- ]; do said="$said $1"; shift; done; shift',
    'case "$said" in *" -l dev -p 2222 build.example") ;; *) echo "who is$said?" >&2; exit 255 ;; esac',
    `DOCKER_HOST=unix://${dockerSocket} exec "$@"`,
  ].join('\n');
  const folder = await machine.write({ ssh: script }, 'bin');
  await chmod(`${folder}/ssh`, 0o755);
  return {
    DOCKER_HOST: 'ssh://dev@build.example:2222',
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
  };
};

describe.skipIf(!(await hasDockerBed()))('an engine on another machine', () => {
  test.each([
    ['tcp', byPort],
    ['ssh', bySsh],
  ])('is used by %s as one here', async (kind, reach) => {
    await using machine = await dockerSandbox();
    const name = `bowline-test-${kind}`;
    const web = {
      build: { dockerfile_inline: 'FROM busybox\nRUN echo built > /built\n' },
      command: 'sh -c "sh /migrate.sh && touch /ok && exec sleep 1000"',
      configs: [{ source: 'script', target: '/migrate.sh' }],
      healthcheck: { test: 'test -f /ok', interval: '1s' },
      stop_signal: 'SIGKILL',
    };
    const configs = { script: { content: 'echo migrated\n' } };
    const cwd = await machine.write({
      'compose.yaml': JSON.stringify({ name, services: { web }, configs }),
    });
    const environment = await reach(machine);
    const run = (args: readonly string[], input = '') =>
      machine.run(args, { cwd, environment, input });
    const up = await run(['up', '-d']);
    expect(up.code, up.stderr).toBe(0);
    expect((await run(['logs', '--task', '--no-log-prefix'])).stdout).toBe('migrated\n');
    const through = await run(['exec', '-T', 'web', 'sh', '-c', 'cat /built; cat; exit 7'], 'in\n');
    expect(through).toMatchObject({ code: 7, stdout: 'built\nin\n' });
    expect((await run(['up', '-d'])).stderr).toContain('nothing has changed');
    const down = await run(['down', '--rmi', 'local']);
    expect(down.code, down.stderr).toBe(0);
    expect(await containersOf(name)).toEqual([]);
  });
});

test('an engine that ssh does not reach is said in the words of ssh', async () => {
  await using machine = await dockerSandbox();
  const folder = await machine.write(
    { ssh: '#!/bin/sh\necho "dev@build.example: Permission denied (publickey)." >&2\nexit 255\n' },
    'bin',
  );
  await chmod(`${folder}/ssh`, 0o755);
  const cwd = await machine.write({ 'compose.yaml': 'services: { web: { image: busybox } }\n' });
  const environment = {
    DOCKER_HOST: 'ssh://dev@build.example',
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
  };
  const { code, stderr } = await machine.run(['ps'], { cwd, environment, leavesNothing: true });
  expect(code, stderr).toBe(5);
  expect(stderr).toContain('Permission denied (publickey)');
});
