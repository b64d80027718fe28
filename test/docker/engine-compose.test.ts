import { spawnSync } from 'node:child_process';

import { describe, expect, test, vi } from 'vitest';

import { hasDockerBed } from '../beds/has-bed.ts';
import { dockerSocket } from '../beds/layout.ts';
import { dockerCompose } from '../conformance/toolchain.ts';
import { containersOf, dockerSandbox } from './sandbox.ts';

const FILE = JSON.stringify({
  name: 'docker-both',
  services: {
    db: {
      image: 'busybox',
      command: ['sh', '-c', 'touch /ok; echo database; exec sleep 1000'],
      healthcheck: { test: ['CMD', 'test', '-f', '/ok'], interval: '1s' },
      volumes: ['data:/data'],
      stop_signal: 'SIGKILL',
    },
    web: {
      image: 'busybox',
      command: ['sh', '-c', 'cat /run/secrets/word; echo; exec sleep 1000'],
      environment: { A: 'a "b" <c> & $$d', EMPTY: '' },
      depends_on: { db: { condition: 'service_healthy', restart: true } },
      networks: { default: { aliases: ['page'] }, back: null },
      secrets: ['word'],
      deploy: { replicas: 2, resources: { limits: { memory: '64m' } } },
      ulimits: { nofile: { soft: 1024, hard: 2048 } },
      labels: { own: 'label' },
      stop_signal: 'SIGKILL',
    },
  },
  networks: { back: {} },
  volumes: { data: {} },
  secrets: { word: { environment: 'WORD' } },
});

const WORD = 'both';
const compose = (await hasDockerBed()) ? await dockerCompose() : '';

/** Runs Docker Compose itself. */
function other(
  args: readonly string[],
  cwd: string,
): { readonly code: number | null; readonly text: string } {
  const environment = { PATH: process.env['PATH'] ?? '', HOME: cwd, WORD };
  const { status, stdout, stderr } = spawnSync(compose, args, {
    cwd,
    env: { ...environment, DOCKER_HOST: `unix://${dockerSocket}` },
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { code: status, text: `${stdout}${stderr}` };
}

const options = (cwd: string) => ({ cwd, environment: { WORD } });

describe.skipIf(compose === '')('Docker Compose and bowline on one project', () => {
  test('what bowline brought up, Docker Compose leaves as it is, lists, and takes down', async () => {
    await using machine = await dockerSandbox();
    const cwd = await machine.write({ 'compose.yaml': FILE });
    expect((await machine.run(['up', '-d'], options(cwd))).code).toBe(0);
    const containers = await containersOf('docker-both');
    expect(containers).toHaveLength(3);

    expect(other(['up', '--detach'], cwd)).toMatchObject({ code: 0 });
    expect(await containersOf('docker-both')).toEqual(containers);
    expect(other(['ps', '--services'], cwd).text.split('\n').filter(Boolean).toSorted()).toEqual([
      'db',
      'web',
    ]);
    await vi.waitFor(() => {
      expect(other(['logs', '--no-log-prefix', 'web'], cwd).text).toContain(WORD);
    }, 30_000);
    expect(other(['exec', '-T', 'web', 'sh', '-c', 'echo "$A"'], cwd).text).toBe(
      'a "b" <c> & $d\n',
    );
    expect(other(['down', '--volumes'], cwd).code).toBe(0);
    expect(await containersOf('docker-both')).toEqual([]);
  });

  test('what Docker Compose brought up, bowline leaves as it is, lists, and takes down', async () => {
    await using machine = await dockerSandbox();
    const cwd = await machine.write({ 'compose.yaml': FILE });
    expect(other(['up', '--detach'], cwd)).toMatchObject({ code: 0 });
    const containers = await containersOf('docker-both');

    const { stderr } = await machine.run(['up', '-d'], options(cwd));
    expect(stderr).toContain('nothing has changed');
    expect(await containersOf('docker-both')).toEqual(containers);
    const { stdout } = await machine.run(['ps', '--quiet'], options(cwd));
    expect(stdout.trim().split('\n')).toEqual([
      'docker-both-db-1',
      'docker-both-web-1',
      'docker-both-web-2',
    ]);
    const logs = ['logs', '--no-log-prefix', 'web'];
    await expect
      .poll(async () => (await machine.run(logs, options(cwd))).stdout, { timeout: 30_000 })
      .toContain(WORD);
    const read = ['exec', '-T', 'web', 'sh', '-c', 'echo "$A"'];
    expect((await machine.run(read, options(cwd))).stdout).toBe('a "b" <c> & $d\n');
    expect((await machine.run(['down', '-v', '--yes'], options(cwd))).code).toBe(0);
    expect(await containersOf('docker-both')).toEqual([]);
  });

  test('each goes on with what the other changed, and no data is lost', async () => {
    await using machine = await dockerSandbox();
    const cwd = await machine.write({ 'compose.yaml': FILE });
    await machine.run(['up', '-d'], options(cwd));
    await machine.run(['exec', '-T', 'db', 'sh', '-c', 'echo kept > /data/row'], options(cwd));
    await machine.write({
      'compose.yaml': FILE.replace('"echo database', '"echo base').replace(
        'echo database',
        'echo other',
      ),
    });
    expect(other(['up', '--detach'], cwd)).toMatchObject({ code: 0 });
    const containers = await containersOf('docker-both');
    expect((await machine.run(['up', '-d'], options(cwd))).stderr).toContain('nothing has changed');
    expect(await containersOf('docker-both')).toEqual(containers);
    const { stdout } = await machine.run(['exec', '-T', 'db', 'cat', '/data/row'], options(cwd));
    expect(stdout).toBe('kept\n');
    await machine.run(['down', '-v', '--yes'], options(cwd));
  });
});
