import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { describe, expect, onTestFinished, test } from 'vitest';

import { type Cluster, openCluster } from '../../src/engines/kubernetes/cluster/cluster.ts';
import { ClusterLease } from '../../src/engines/kubernetes/lease/cluster-lease.ts';
import {
  type ClusterHolder,
  holderHere,
  textOfHolder,
} from '../../src/engines/kubernetes/lease/holder.ts';
import { systemClock } from '../../src/host/clock.ts';
import { deferred } from '../../src/host/delay.ts';
import { identify } from '../../src/host/process-identity.ts';
import type { EventBody } from '../../src/model/event.ts';
import { withLease, type WithLeaseOptions } from '../../src/runner/with-lease.ts';
import { hasKubernetesBed } from '../beds/has-bed.ts';
import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { kubectl } from '../beds/kubernetes/control-plane.ts';
import { until } from '../beds/until.ts';
import { createNamespace, type Namespace } from './namespace.ts';

const { signal } = new AbortController();

interface Bench {
  readonly namespace: Namespace;
  readonly cluster: Cluster;
  readonly lease: (durationMs?: number) => ClusterLease;
}

async function createBench(): Promise<Bench> {
  const namespace = await createNamespace();
  const cluster = await openCluster({
    environment: { KUBECONFIG: adminConfig },
    home: '/nowhere',
    namespace: namespace.name,
  });
  onTestFinished(() => cluster[Symbol.asyncDispose]());
  const makeNamespace = () => Promise.reject(new Error('it is there'));
  const lease = (durationMs = 30_000): ClusterLease =>
    new ClusterLease(cluster, { clock: systemClock, name: 'shop', makeNamespace, durationMs });
  return { namespace, cluster, lease };
}

function options(parts: Partial<WithLeaseOptions> = {}): WithLeaseOptions {
  return { command: 'up', waitMs: 60_000, clock: systemClock, signal, emit: () => {}, ...parts };
}

/** A lease as another program left it. */
function leaseOf(holder: ClusterHolder, renewedMs: number, seconds: number): object {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'bowline-shop', annotations: { 'bowline/holder': textOfHolder(holder) } },
    spec: {
      holderIdentity: holder.id,
      leaseDurationSeconds: seconds,
      leaseTransitions: 4,
      renewTime: new Date(renewedMs).toISOString().replace('Z', '000Z'),
    },
  };
}

async function elsewhere(): Promise<ClusterHolder> {
  const here = await holderHere('down', Date.now());
  return { ...here, id: 'other', system: 'another', host: 'ci-3', pid: 77 };
}

describe.skipIf(!(await hasKubernetesBed()))('the lease of a project on a cluster', () => {
  test('of two commands the second waits, says for whom, and goes on when the first is done', async () => {
    const { lease } = await createBench();
    const [first, begun] = [deferred(), deferred()];
    const order: string[] = [];
    const one = withLease(lease(), options(), async () => {
      begun.resolve();
      await first.promise;
      order.push('one');
    });
    await begun.promise;
    const said: EventBody[] = [];
    const emit = (body: EventBody): void => {
      said.push(body);
      first.resolve();
    };
    await withLease(lease(), options({ command: 'down', emit }), async () => {
      order.push('two');
      return Promise.resolve();
    });
    await one;
    expect(order).toEqual(['one', 'two']);
    expect(said).toMatchObject([
      { text: expect.stringMatching(/^waiting for "bowline up" \(process \d+ on .+\)/) as unknown },
    ]);
  });

  test('who will not wait leaves with exit code 4 and is told who holds it, and where', async () => {
    const { namespace, lease } = await createBench();
    await namespace.apply(leaseOf(await elsewhere(), Date.now(), 30));
    const refused = withLease(lease(), options({ waitMs: 0 }), () => Promise.resolve());
    await expect(refused).rejects.toMatchObject({
      exitCode: 4,
      findings: [
        {
          code: 'lease/held',
          cause: expect.stringContaining('"bowline down" (process 77 on ci-3)') as unknown,
        },
      ],
    });
  });

  test('of a machine that is gone it is free when it was not renewed for its time, and has a greater number', async () => {
    const { namespace, lease } = await createBench();
    await namespace.apply(leaseOf(await elsewhere(), Date.now(), 1));
    const own = lease();
    expect(await own.take('up', { signal })).toMatchObject({ kind: 'held', by: { host: 'ci-3' } });
    let fence = 0;
    await until('the lease to be free', async () => {
      const answer = await own.take('up', { signal });
      if (answer.kind === 'taken') ({ fence } = answer.lease);
      if (answer.kind === 'taken') await answer.lease.release();
      return answer.kind === 'taken';
    });
    expect(fence).toBe(5);
  });

  test('of a process of this machine that was killed it is free at once', async () => {
    const { namespace, lease } = await createBench();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: 'ignore',
    });
    await once(child, 'spawn');
    const identity = await identify(child.pid ?? 0);
    if (identity === undefined) throw new Error('it runs');
    const holder = { ...(await holderHere('up', Date.now())), ...identity, id: 'child' };
    await namespace.apply(leaseOf(holder, Date.now(), 30));
    expect(await lease().take('up', { signal })).toMatchObject({
      kind: 'held',
      by: { pid: child.pid },
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const answer = await lease().take('up', { signal });
    expect(answer.kind).toBe('taken');
    if (answer.kind === 'taken') await answer.lease.release();
  });

  test('is renewed while it is held, and nobody has it afterwards', async () => {
    const { namespace, lease } = await createBench();
    const holderIn = async (): Promise<string> =>
      namespace.kubectl('get', 'lease', 'bowline-shop', '--output', 'jsonpath={.spec}');
    const held = lease(1000);
    await withLease(held, options(), async () => {
      const first = await holderIn();
      await until('a renewal', async () => (await holderIn()) !== first, {
        everyMs: 200,
      });
      expect(held.isLost).toBe(false);
    });
    expect(await holderIn()).not.toMatch('holderIdentity');
  });

  test('is given back although a renewal came through whose answer did not', async () => {
    const { namespace, lease } = await createBench();
    await withLease(lease(), options(), async () => {
      const renewed = { spec: { renewTime: new Date().toISOString().replace('Z', '000Z') } };
      const patch = ['--type=merge', '--patch', JSON.stringify(renewed)];
      await namespace.kubectl('patch', 'lease', 'bowline-shop', ...patch);
    });
    const spec = ['--output', 'jsonpath={.spec}'];
    const left = await namespace.kubectl('get', 'lease', 'bowline-shop', ...spec);
    expect(left).not.toMatch('holderIdentity');
  });

  test('says that it was lost when another has taken it, and leaves it to that one', async () => {
    const { namespace, lease } = await createBench();
    const held = lease(1000);
    await withLease(held, options(), async () => {
      const taken = JSON.stringify(leaseOf(await elsewhere(), Date.now(), 30));
      // In one step: a lease that is gone for a moment would be made again by who holds it.
      await namespace.kubectl('patch', 'lease', 'bowline-shop', '--type=merge', '--patch', taken);
      await until('the loss to be seen', () => held.isLost);
    });
    const path = 'jsonpath={.spec.holderIdentity}';
    expect(await namespace.kubectl('get', 'lease', 'bowline-shop', '--output', path)).toBe('other');
  });

  test('makes the namespace first where there is none', async () => {
    const { cluster } = await createBench();
    const name = `${cluster.target.namespace}-new`;
    onTestFinished(async () => {
      await kubectl(['delete', 'namespace', name, '--wait=false']);
    });
    const inNew = await openCluster({
      environment: { KUBECONFIG: adminConfig },
      home: '/nowhere',
      namespace: name,
    });
    onTestFinished(() => inNew[Symbol.asyncDispose]());
    const makeNamespace = async (): Promise<void> => {
      await kubectl(['create', 'namespace', name]);
    };
    const lease = new ClusterLease(inNew, { clock: systemClock, name: 'shop', makeNamespace });
    expect(await withLease(lease, options(), () => Promise.resolve(7))).toBe(7);
  });
});
