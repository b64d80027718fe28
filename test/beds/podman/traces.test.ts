import { existsSync, readFileSync } from 'node:fs';

import { afterEach, describe, expect, test } from 'vitest';

import { podman } from '../layout.ts';
import { findSpace } from '../space.ts';
import { carryOut, killDuringStart, startFirst } from '../testing/carry-out.ts';
import { look } from '../testing/machine.ts';
import { podmanCommand } from './engine.ts';
import { processesOfUser } from './user.ts';

const start = await startFirst(podman);
if (start.kind === 'skipped')
  // oxlint-disable-next-line no-console -- a test that does not run must say so
  console.warn(`SKIPPED: what the Podman bed leaves behind: ${start.reason}`);

describe.skipIf(start.kind === 'skipped')('the machine is as it was before Podman', () => {
  const before = start.kind === 'up' ? start.before : undefined;

  afterEach(async () => {
    await carryOut(podman, 'down');
  });

  test('after a container, a network, a volume and a published port', async () => {
    await useIt();
    expect(await look()).not.toEqual(before);
    await carryOut(podman, 'down');
    expect(await look()).toEqual(before);
  });

  test('with containers, networks and volumes gone at the next start, and images there', async () => {
    await useIt();
    await carryOut(podman, 'down');
    await carryOut(podman, 'up');
    expect(await podmanCommand(['ps', '--all', '--quiet'])).toBe('');
    expect(await podmanCommand(['volume', 'ls', '--quiet'])).toBe('');
    expect(await podmanCommand(['network', 'ls', '--format', '{{.Name}}'])).toBe('bridge\n');
    expect(await podmanCommand(['run', '--rm', 'busybox', 'echo', 'there'])).toBe('there\n');
  });

  test.each(['space', 'podman'])('after a kill -9 in its start, when %s began', async (program) => {
    await killDuringStart(podman, 'log', `${program}.log`);
    await carryOut(podman, 'down');
    expect(await look()).toEqual(before);
  });

  test('after a kill -9 while it takes the images over, and then has them all', async () => {
    await carryOut(podman, 'up');
    const id = await podmanCommand(['image', 'inspect', '--format', '{{.Id}}', 'python:3.13']);
    await podmanCommand(['image', 'rm', '--force', id.trim()]);
    await carryOut(podman, 'down');
    await killDuringStart(podman, 'tmp', 'images.tar');
    await carryOut(podman, 'down');
    expect(await look()).toEqual(before);
    await carryOut(podman, 'up');
    expect(await podmanCommand(['image', 'inspect', 'python:3.13'])).toContain('python:3.13');
  });

  test('after every process of Podman and of its containers was killed at once', async () => {
    await useIt();
    const first = findSpace(podman)?.pid;
    if (first !== undefined) process.kill(first, 'SIGKILL');
    await carryOut(podman, 'down');
    expect(processesOfUser()).toEqual([]);
    expect(await look()).toEqual(before);
  });

  test('in the list of users: the bed’s was never in it', async () => {
    await carryOut(podman, 'up');
    for (const file of ['/etc/passwd', '/etc/group', '/etc/subuid', '/etc/subgid']) {
      expect(readFileSync(file, 'utf8')).not.toContain('bowline');
    }
    expect(existsSync('/dev/shm/libpod_rootless_lock_700000000')).toBe(false);
  });
});

async function useIt(): Promise<void> {
  await carryOut(podman, 'up');
  await podmanCommand(['network', 'create', 'left-behind']);
  const run = ['run', '--detach', '--restart=always', '--network=left-behind'];
  const uses = ['--publish=127.0.0.1::80', '--volume=left-behind:/data'];
  await podmanCommand([...run, ...uses, 'busybox', 'sleep', '600']);
}
