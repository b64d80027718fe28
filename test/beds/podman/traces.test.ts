import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeAll, describe, expect, test } from 'vitest';

import { podman } from '../layout.ts';
import { findSpace } from '../space.ts';
import { carryOut, killDuringStart, reasonNotToStart } from '../testing/carry-out.ts';
import { type Machine, look } from '../testing/machine.ts';
import { podmanCommand } from './engine.ts';
import { processesOfUser } from './user.ts';

const reason = await reasonToSkip();
// oxlint-disable-next-line no-console -- a test that does not run must say so
if (reason !== undefined) console.warn(`SKIPPED: what the Podman bed leaves behind: ${reason}`);

describe.skipIf(reason !== undefined)('the machine is as it was before Podman', () => {
  let before: Machine;

  beforeAll(async () => {
    before = await look();
  });

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
    rmSync(join(podman.folder, 'images'));
    await killDuringStart(podman, 'tmp', 'images.tar');
    await carryOut(podman, 'down');
    expect(await look()).toEqual(before);
    await carryOut(podman, 'up');
    expect(await podmanCommand(['image', 'inspect', 'postgres:17'])).toContain('postgres:17');
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

async function reasonToSkip(): Promise<string | undefined> {
  if (findSpace(podman) !== undefined) return 'it is up, and this would stop it';
  return reasonNotToStart(podman);
}
