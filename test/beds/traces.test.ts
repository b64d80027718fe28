import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { errorCodeOf } from '../../src/host/error-code.ts';
import { dockerCommand } from './docker/engine.ts';
import { kubectl } from './kubernetes/control-plane.ts';
import { type Bed, beds, docker, kubernetes, rootfulBeds } from './layout.ts';
import { findSpace, processesOf } from './space.ts';
import { carryOut, killDuringStart, reasonNotToStart } from './testing/carry-out.ts';
import { type Machine, look } from './testing/machine.ts';

const reason = await reasonToSkip();
// oxlint-disable-next-line no-console -- a test that does not run must say so
if (reason !== undefined) console.warn(`SKIPPED: what a bed leaves behind: ${reason}`);

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

describe.skipIf(reason !== undefined)('the machine is as it was before', () => {
  let before: Machine;

  beforeAll(async () => {
    before = await look();
  });

  afterAll(async () => {
    for (const bed of rootfulBeds.toReversed()) await carryOut(bed, 'down');
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

async function reasonToSkip(): Promise<string | undefined> {
  const up = beds.find((bed) => processesOf(bed).length > 0);
  if (up !== undefined) return `the ${up.title} is up, and this would stop it`;
  // Also builds what is not in the cache, which would take too long in the midst of a test.
  return reasonNotToStart(kubernetes);
}
