import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { describe, expect, onTestFinished, test } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { hasDockerBed } from '../beds/has-bed.ts';
import { containersOf, dockerSandbox, inspect } from './sandbox.ts';

const SLEEPER = { image: 'busybox', command: ['sleep', '1000'], stop_signal: 'SIGKILL' };

const file = (name: string, services: object, rest: object = {}): string =>
  JSON.stringify({ name, services, ...rest }, undefined, 1);

/** Accepts and never answers, as a registry behind a firewall that swallows packets. */
async function silentServer() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connected = once(server, 'connection');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { host: `127.0.0.1:${port}`, connected };
}

describe.skipIf(!(await hasDockerBed()))(
  'a version that cannot be had leaves the one that runs',
  () => {
    test.each([
      [
        'its registry is not there',
        { image: 'localhost:1/team/app:2' },
        {},
        ['[docker/no-network]', 'compose.yaml:16:13'],
      ],
      [
        'its image is not there',
        { image: 'localhost:5000/bowline-test/none:2' },
        {},
        ['[docker/image-not-found]', 'compose.yaml:16:13'],
      ],
      [
        'its build fails',
        { image: 'bowline-test-app:2', build: '.' },
        { Dockerfile: 'FROM busybox\nRUN true\nRUN echo the reason \\\n    && false\n' },
        ['[docker/build-failed]', 'the reason', 'Dockerfile:3:1'],
      ],
      [
        'its build starts from an image that is not there',
        { image: 'bowline-test-app:2', build: '.' },
        { Dockerfile: '\nFROM localhost:5000/bowline-test/none:2\n' },
        ['[docker/image-not-found]', 'Dockerfile:2:1'],
      ],
      [
        'its Dockerfile is none',
        { image: 'bowline-test-app:2', build: '.' },
        { Dockerfile: 'FROM busybox\nRUNN true\n' },
        ['[docker/build-failed]', 'Dockerfile:2:1'],
      ],
    ])('when %s', async (...[, changed, files, said]) => {
      await using machine = await dockerSandbox();
      const name = 'bowline-test-had';
      const cache = { ...SLEEPER, environment: { A: '1' } };
      const cwd = await machine.write({ 'compose.yaml': file(name, { web: SLEEPER, cache }) });
      expect((await machine.run(['up', '-d'], { cwd })).code).toBe(0);
      const before = await containersOf(name);
      // The other one has changed, too: neither is touched.
      const next = {
        cache: { environment: { A: '2' }, ...SLEEPER },
        web: { ...SLEEPER, ...changed },
      };
      await machine.write({ ...files, 'compose.yaml': file(name, next) });
      const { code, stderr } = await machine.run(['up', '-d'], { cwd });
      expect(code, stderr).toBe(1);
      for (const text of said) expect(stderr).toContain(text);
      expect(await containersOf(name)).toEqual(before);
      expect(await inspect(`${name}-cache-1`)).toMatchObject({ State: { Status: 'running' } });
    });
  },
);

describe.skipIf(!(await hasDockerBed()))('on Docker', () => {
  test('a volume that is full is named, with its place in the file', async () => {
    await using machine = await dockerSandbox();
    const web = {
      ...SLEEPER,
      command: ['sh', '-c', 'dd if=/dev/zero of=/srv/data/all bs=1k count=200 || exit 7'],
      volumes: ['small:/srv/data'],
    };
    const small = { driver_opts: { type: 'tmpfs', device: 'tmpfs', o: 'size=64k' } };
    const cwd = await machine.write({
      'compose.yaml': file('bowline-test-full', { web }, { volumes: { small } }),
    });
    const { code, stderr } = await machine.run(['up', '-d'], { cwd });
    expect(code, stderr).toBe(1);
    expect(stderr).toContain('web finds no space left on the volume small, mounted at /srv/data');
    expect(stderr).toMatch(/exited with code 7.*\[service\/no-space\]/);
    expect(stderr).toMatch(/at \S*compose.yaml:\d+:/);
  });

  test('Ctrl-C ends up while an image is fetched, and nothing is there', async () => {
    await using machine = await dockerSandbox();
    const registry = await silentServer();
    const name = 'bowline-test-pull';
    const web = { ...SLEEPER, image: `${registry.host}/slow:1` };
    const cwd = await machine.write({ 'compose.yaml': file(name, { web }) });
    const up = machine.start(['up', '-d'], { cwd });
    await registry.connected;
    up.child.kill('SIGINT');
    expect((await up.ended).code).toBe(130);
    expect(await containersOf(name)).toEqual([]);
    expect(await leasesOf(name)).toBe('');
  });

  test('Ctrl-C ends up while an image is built, and nothing is there', async () => {
    await using machine = await dockerSandbox();
    const name = 'bowline-test-build';
    const dockerfile = 'FROM busybox\nRUN echo "building it" && sleep 1000\n';
    const cwd = await machine.write({
      'compose.yaml': file(name, { web: { build: { dockerfile_inline: dockerfile } } }),
    });
    const up = machine.start(['up', '-d'], { cwd });
    await up.says('building it');
    up.child.kill('SIGINT');
    expect((await up.ended).code).toBe(130);
    expect(await containersOf(name)).toEqual([]);
    expect(await dockerCommand(['image', 'ls', '--quiet', `${name}-web`])).toBe('');
    expect(await leasesOf(name)).toBe('');
  });

  test.each([
    ['attached, what was started is stopped', [], 'exited'],
    ['detached, what was started stays', ['-d'], 'running'],
  ])('Ctrl-C ends up while it waits for health: %s', async (...[, args, state]) => {
    await using machine = await dockerSandbox();
    const name = 'bowline-test-gate';
    const db = { ...SLEEPER, healthcheck: { test: 'false', interval: '1s', retries: 1000 } };
    const web = { ...SLEEPER, depends_on: { db: { condition: 'service_healthy' } } };
    const cwd = await machine.write({ 'compose.yaml': file(name, { db, web }) });
    const up = machine.start(['up', ...args], { cwd });
    await isRunning(`${name}-db-1`);
    up.child.kill('SIGINT');
    const { code, stderr } = await up.ended;
    expect(code, stderr).toBe(130);
    expect(await containersOf(name)).toHaveLength(1);
    expect(await inspect(`${name}-db-1`)).toMatchObject({ State: { Status: state } });
    expect(await leasesOf(name)).toBe('');
  });

  test('Ctrl-C in attached logs stops everything in order', async () => {
    await using machine = await dockerSandbox();
    const name = 'bowline-test-attached';
    const script = 'trap "echo ending; exit 0" TERM; echo serving; while true; do sleep 0.1; done';
    const web = { image: 'busybox', command: ['sh', '-c', script.replaceAll('$', '$$')] };
    const cwd = await machine.write({ 'compose.yaml': file(name, { web }) });
    const up = machine.start(['up'], { cwd });
    await up.says('serving');
    up.child.kill('SIGINT');
    const { code, stdout } = await up.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('ending');
    expect(await inspect(`${name}-web-1`)).toMatchObject({ State: { Status: 'exited' } });
    expect(await leasesOf(name)).toBe('');
  });
});

function leasesOf(project: string): Promise<string> {
  return dockerCommand(['volume', 'ls', '--quiet', '--filter', `label=bowline.lease=${project}`]);
}

async function isRunning(container: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const state = await inspect(container).catch(() => ({}));
    if (JSON.stringify(state).includes('"Status":"running"')) return;
    await pause(50);
  }
  throw new Error(`${container} never ran`);
}
