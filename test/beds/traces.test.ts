import { afterAll, describe, expect, test } from 'vitest';

import { errorCodeOf } from '../../src/host/error-code.ts';
import { dockerCommand } from './docker/engine.ts';
import { kubectl } from './kubernetes/control-plane.ts';
import { type Bed, docker, kubernetes, rootfulBeds } from './layout.ts';
import { findSpace, processesOf } from './space.ts';
import { carryOut, killDuringStart, startFirst } from './testing/carry-out.ts';
import { look } from './testing/machine.ts';

const start = await startFirst(kubernetes);
if (start.kind === 'skipped')
  // oxlint-disable-next-line no-console -- a test that does not run must say so
  console.warn(`SKIPPED: what a bed leaves behind: ${start.reason}`);

/** How far the start of a bed gets before it is killed: until the log of this program is there. */
const moments: readonly (readonly [Bed['name'], string])[] = [
  ['docker', 'space'],
  ['docker', 'registry'],
  ['docker', 'dockerd'],
  ['kubernetes', 'space'],
  ['kubernetes', 'etcd'],
  ['kubernetes', 'kube-scheduler'],
  ['kubernetes', 'kubelet'],
  ['kubernetes', 'coredns'],
];

describe.skipIf(start.kind === 'skipped')('the machine is as it was before', () => {
  const before = start.kind === 'up' ? start.before : undefined;

  afterAll(async () => {
    for (const bed of rootfulBeds.toReversed()) await carryOut(bed, 'down');
  });

  test('after pods, a service and a volume', async () => {
    await carryOut(kubernetes, 'up');
    await kubectl([
      'create',
      'deployment',
      'web',
      '--image=busybox',
      '--replicas=2',
      '--',
      'sleep',
      '600',
    ]);
    await kubectl(['expose', 'deployment', 'web', '--port=80', '--type=NodePort']);
    await kubectl(['rollout', 'status', 'deployment/web', '--timeout=120s']);
    expect(await look()).not.toEqual(before);
    await carryOut(kubernetes, 'down');
    expect(await look()).toEqual(before);
  });

  test('after a container, a network and a published port', async () => {
    await carryOut(docker, 'up');
    await dockerCommand(['network', 'create', 'left-behind']);
    const run = ['run', '--detach', '--restart=always', '--network=left-behind'];
    await dockerCommand([
      ...run,
      '--publish=127.0.0.1::80',
      '--volume=/data',
      'busybox',
      'sleep',
      '600',
    ]);
    expect(await look()).not.toEqual(before);
    await carryOut(docker, 'down');
    expect(await look()).toEqual(before);
  });

  test.each(moments)(
    'after a kill -9 in the start of the %s bed, when %s began',
    async (name, program) => {
      const bed = name === 'docker' ? docker : kubernetes;
      await killDuringStart(bed, 'log', `${program}.log`);
      await carryOut(bed, 'down');
      expect(await look()).toEqual(before);
    },
  );

  test('after every daemon of a cluster with pods was killed at once', async () => {
    await carryOut(kubernetes, 'up');
    await kubectl(['create', 'deployment', 'web', '--image=busybox', '--', 'sleep', '600']);
    await kubectl(['rollout', 'status', 'deployment/web', '--timeout=120s']);
    const space = findSpace(kubernetes)?.pid;
    for (const pid of processesOf(kubernetes)) if (pid !== space) killIfThere(pid);
    await carryOut(kubernetes, 'down');
    expect(await look()).toEqual(before);
  });

  test('after down where nothing was up', async () => {
    for (const bed of rootfulBeds) await carryOut(bed, 'down');
    expect(await look()).toEqual(before);
  });
});

/** Whoever dies takes others along: they may be gone already. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errorCodeOf(error) !== 'ESRCH') throw error;
  }
}
